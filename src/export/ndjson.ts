import { decodedRequest, decodedResponse } from '../exchange/bodies.ts';
import type { TrafficEvent } from '../exchange/event.ts';
import type { Exchange, MessageFacts, Opaque } from '../exchange/exchange.ts';
import { apiName } from '../protocol/api-keys.ts';
import { errorMeaning } from '../protocol/error-codes.ts';
import { bodyToJson, printJson } from '../protocol/json.ts';
import type { Message } from '../protocol/message.ts';
import { planFor } from '../protocol/plan.ts';
import { decodeRecordBatches } from '../records/decode-records.ts';
import { RecordBudget, recordLimits } from '../records/record-limits.ts';
import { batchesToJson } from '../records/records-json.ts';
import { redactBody } from '../redact/redact-body.ts';
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
  const { connection, apiKey } = exchange;
  const request = decodedRequest(exchange);
  const response = decodedResponse(exchange);
  return printJson({
    schema: 'kafka-scope/exchange@1',
    seq: exchange.seq,
    status: exchange.status,
    connection: {
      id: connection.id,
      client: connection.client,
      broker: connection.broker,
      nodeId: connection.nodeId,
      tls: connection.tls,
      sasl: connection.sasl,
      principal: connection.principal,
    },
    client: { id: exchange.clientId, software: connection.software, softwareVersion: connection.softwareVersion },
    api: {
      key: apiKey,
      name: apiKey === null ? null : apiName(apiKey),
      version: exchange.apiVersion,
      guessed: exchange.guessed,
    },
    correlationId: exchange.correlationId,
    request: messageFacts(exchange, 'request', request, options),
    response: messageFacts(exchange, 'response', response, options),
    timing: exchange.timing,
    throttleTimeMs: exchange.throttleTimeMs,
    errors: exchange.errors.map((error) => ({ ...error, meaning: errorMeaning(error.code) })),
    topics: exchange.topics,
    group: exchange.group,
    transactionalId: exchange.transactionalId,
    records: recordsFacts(exchange, request, response, options),
    session: exchange.session,
    tags: exchange.tags,
  });
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

function messageFacts(
  exchange: Exchange,
  side: 'request' | 'response',
  message: Message | null,
  options: LineOptions,
): unknown {
  const facts = exchange[side];
  if (facts === null) return null;
  const head = { atUs: facts.atUs, lastByteUs: facts.lastByteUs, sizeBytes: facts.sizeBytes };
  if (message === null || message.kind === 'opaque') {
    const opaque = facts.opaque ?? opaqueFacts(message);
    return { ...head, header: knownHeader(exchange, side), body: null, unknownTags: [], opaque };
  }
  const plan = planFor(message.apiKey, message.type, message.apiVersion);
  const body = options.unsafeShowSecrets ? message.body : redactBody(message);
  return {
    ...head,
    header: message.header,
    body: plan === null ? null : bodyToJson(plan, body),
    unknownTags: message.unknownTags,
    opaque: null,
  };
}

function opaqueFacts(message: Message | null): Opaque | null {
  if (message === null || message.kind !== 'opaque') return null;
  return { reason: message.reason, detail: message.detail, offset: message.offset };
}

/** The header of a message whose body cannot be had: what the exchange knows of it. Raw SASL tokens have none. */
function knownHeader(exchange: Exchange, side: 'request' | 'response'): unknown {
  if (exchange.correlationId === null) return null;
  const { apiKey, apiVersion, correlationId, clientId } = exchange;
  if (side === 'response') return { correlationId };
  return { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId, clientId };
}

function recordsFacts(
  exchange: Exchange,
  request: Message | null,
  response: Message | null,
  options: LineOptions,
): unknown {
  const facts = exchange.records;
  if (facts === null || !options.records) return facts;
  // Produce carries its records in the request, Fetch in the response.
  const fields = [request, response].flatMap((message) => (message?.kind === 'decoded' ? message.records : []));
  if (fields.length === 0) return facts;
  const budget = new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: lineUncompressedBytesMax });
  const batches = fields.flatMap((bytes) => batchesToJson(decodeRecordBatches(bytes, budget), options.payload).batches);
  return { ...facts, batches };
}
