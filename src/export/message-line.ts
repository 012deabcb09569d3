import { decodedRequest, decodedResponse } from '../exchange/bodies.ts';
import type { Exchange, MessageFacts, Opaque } from '../exchange/exchange.ts';
import { bodyToJson, printJson } from '../protocol/json.ts';
import { jsonNumber } from '../protocol/json-text.ts';
import type { Message, MessageJson } from '../protocol/message.ts';
import { messageJson, requestPlan, responsePlan } from '../protocol/message-json.ts';
import { planFor } from '../protocol/plan.ts';
import { redactBody } from '../redact/redact-body.ts';
import { mayHoldSecrets } from '../redact/secret-keys.ts';

type Side = 'request' | 'response';

/** One side of an exchange as JSON, and the bytes of its `records` fields where these are wanted. */
export interface MessageLine {
  readonly text: string;
  readonly records: readonly Uint8Array[];
}

const noRecords: readonly Uint8Array[] = Object.freeze([]);
const noMessage: MessageLine = Object.freeze({ text: 'null', records: noRecords });

/** What of a message is printed. */
export interface MessageOptions {
  readonly records: boolean;
  readonly unsafeShowSecrets: boolean;
}

/**
 * CONTRACT's `request` or `response` as JSON. A message that may hold secrets, and one that is unusual in any way, goes
 * through objects; all others are printed straight from their bytes, in a fifth of the time.
 */
export function messageLine(exchange: Exchange, side: Side, options: MessageOptions): MessageLine {
  const facts = exchange[side];
  if (facts === null) return noMessage;
  const json = textOf(exchange, side, facts, options.unsafeShowSecrets);
  if (json === null) return lineByObjects(exchange, side, facts, options.unsafeShowSecrets);
  const firstUs = jsonNumber(facts.atUs);
  const lastUs = facts.lastByteUs === facts.atUs ? firstUs : jsonNumber(facts.lastByteUs);
  const size = jsonNumber(facts.sizeBytes);
  return {
    text: `{"atUs":${firstUs},"lastByteUs":${lastUs},"sizeBytes":${size},${json.text},"unknownTags":[],"opaque":null}`,
    records: options.records ? recordsOf(facts.bytes, json.records) : noRecords,
  };
}

function textOf(exchange: Exchange, side: Side, facts: MessageFacts, unsafeShowSecrets: boolean): MessageJson | null {
  const { apiKey, apiVersion } = exchange;
  if (facts.opaque !== null || apiKey === null) return null;
  const plan =
    side === 'request'
      ? requestPlan(facts.bytes)
      : apiVersion === null
        ? null
        : responsePlan(facts.bytes, apiKey, apiVersion);
  if (plan === null || (!unsafeShowSecrets && mayHoldSecrets(plan.apiKey, side))) return null;
  return messageJson(facts.bytes, plan);
}

function recordsOf(bytes: Uint8Array, ranges: readonly number[]): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < ranges.length; at += 2) records.push(bytes.subarray(ranges[at], ranges[at + 1]));
  return records;
}

function lineByObjects(exchange: Exchange, side: Side, facts: MessageFacts, unsafeShowSecrets: boolean): MessageLine {
  const head = { atUs: facts.atUs, lastByteUs: facts.lastByteUs, sizeBytes: facts.sizeBytes };
  const message = side === 'request' ? decodedRequest(exchange) : decodedResponse(exchange);
  if (message === null || message.kind === 'opaque') {
    const opaque = facts.opaque ?? opaqueFacts(message);
    const text = printJson({ ...head, header: knownHeader(exchange, side), body: null, unknownTags: [], opaque });
    return { text, records: noRecords };
  }
  const plan = planFor(message.apiKey, message.type, message.apiVersion);
  const body = unsafeShowSecrets ? message.body : redactBody(message);
  const text = printJson({
    ...head,
    header: message.header,
    body: plan === null ? null : bodyToJson(plan, body),
    unknownTags: message.unknownTags,
    opaque: null,
  });
  return { text, records: message.records };
}

function opaqueFacts(message: Message | null): Opaque | null {
  if (message === null || message.kind !== 'opaque') return null;
  return { reason: message.reason, detail: message.detail, offset: message.offset };
}

/** The header of a message whose body cannot be had: what the exchange knows of it. Raw SASL tokens have none. */
function knownHeader(exchange: Exchange, side: Side): unknown {
  if (exchange.correlationId === null) return null;
  const { apiKey, apiVersion, correlationId, clientId } = exchange;
  if (side === 'response') return { correlationId };
  return { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId, clientId };
}
