import type { TrafficEvent } from '../exchange/event.ts';
import type { Exchange, MessageFacts } from '../exchange/exchange.ts';
import { printJson } from '../protocol/json.ts';
import { jsonNumber, jsonNumberOrNull, jsonTextOrNull } from '../protocol/json-text.ts';
import { RecordBudget, recordLimits } from '../records/record-limits.ts';
import { batchesText } from '../records/records-text.ts';
import {
  apiMember,
  clientMember,
  connectionMember,
  errorsMember,
  jsonTexts,
  recordsMember,
  timingMember,
  topicsMember,
} from './exchange-members.ts';
import { type MessageLine, messageLine } from './message-line.ts';
import type { SummaryFacts } from './run-summary.ts';

/** What the person asked to see in a line. */
export interface LineOptions {
  /** Decode record batches too (`--records`). */
  readonly records: boolean;
  readonly payload: 'show' | 'hide';
  readonly unsafeShowSecrets: boolean;
}

/** Most bytes of fields (a message without its records) that a line prints; as JSON they take ten times as much and more. */
export const lineFieldBytesMax = 16 * 1024 * 1024;

/** Most bytes that the compressed batches of one line may expand to, over all partitions. */
const lineUncompressedBytesMax = 64 * 1024 * 1024;

/** CONTRACT's `kafka-scope/exchange@1` as one line without its newline. A message too large for a line has no body. */
export function exchangeLine(exchange: Exchange, options: LineOptions): string {
  try {
    return lineOf(exchange, options);
  } catch (error) {
    // Half a gigabyte is the longest string there is, and hostile names can be made of nothing but escapes.
    if (!(error instanceof RangeError)) throw error;
    return lineOf({ ...exchange, request: tooLarge(exchange.request), response: tooLarge(exchange.response) }, options);
  }
}

function tooLarge(message: MessageFacts | null): MessageFacts | null {
  if (message === null || message.opaque !== null) return message;
  const detail = `its fields are too many for a line, which prints ${lineFieldBytesMax} bytes of them at most`;
  return { ...message, opaque: { reason: 'truncated', detail, offset: null } };
}

/** The exchange as a line can print it: a message with too many bytes of fields is not even decoded. */
function printableExchange(exchange: Exchange): Exchange {
  const { request, response } = exchange;
  const fieldBytesMax = lineFieldBytesMax + (exchange.records?.bytes ?? 0);
  const largest = Math.max(request?.bytes.length ?? 0, response?.bytes.length ?? 0);
  if (largest <= fieldBytesMax) return exchange;
  return {
    ...exchange,
    request: (request?.bytes.length ?? 0) > fieldBytesMax ? tooLarge(request) : request,
    response: (response?.bytes.length ?? 0) > fieldBytesMax ? tooLarge(response) : response,
  };
}

function lineOf(whole: Exchange, options: LineOptions): string {
  const exchange = printableExchange(whole);
  const request = messageLine(exchange, 'request', options);
  const response = messageLine(exchange, 'response', options);
  const { records } = exchange;
  const batches = records === null || !options.records ? null : batchesOf(request, response, options);
  return (
    `{"schema":"kafka-scope/exchange@1","seq":${jsonNumber(exchange.seq)},"status":"${exchange.status}"` +
    `,${connectionMember(exchange.connection)},${clientMember(exchange)},${apiMember(exchange)}` +
    `,"correlationId":${jsonNumberOrNull(exchange.correlationId)}` +
    `,"request":${request.text},"response":${response.text},${timingMember(exchange.timing)}` +
    `,"throttleTimeMs":${jsonNumberOrNull(exchange.throttleTimeMs)},${errorsMember(exchange.errors, exchange.errorsOmitted)}` +
    `,${topicsMember(exchange)},"group":${jsonTextOrNull(exchange.group)}` +
    `,"transactionalId":${jsonTextOrNull(exchange.transactionalId)},${recordsMember(records, batches, exchange.partitionsOmitted)}` +
    `,"session":${printJson(exchange.session)},"tags":${jsonTexts(exchange.tags)}}`
  );
}

/** The batches of an exchange; null where it has none to show. Produce has them in the request, Fetch in the response. */
function batchesOf(request: MessageLine, response: MessageLine, options: LineOptions): string | null {
  const fields = [...request.records, ...response.records];
  if (fields.length === 0) return null;
  const budget = new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: lineUncompressedBytesMax });
  return batchesText(fields, budget, options.payload);
}

/** CONTRACT's `kafka-scope/event@1` as one line without its newline. */
export function eventLine(event: TrafficEvent): string {
  return printJson({
    schema: 'kafka-scope/event@1',
    atUs: event.atUs,
    kind: event.event,
    connection: event.connection,
    detail: event.detail,
  });
}

/** CONTRACT's `kafka-scope/summary@1` as one line without its newline. */
export function summaryLine(summary: SummaryFacts): string {
  return printJson({ schema: 'kafka-scope/summary@1', ...summary });
}
