import { annotateMessage } from '../../src/protocol/annotate.ts';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import { locateAddresses } from '../../src/protocol/locate-addresses.ts';
import type { FieldData, Message, MessageType, Struct } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { StreamWalk } from '../../src/protocol/stream-walk.ts';
import { WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { redactRequest, redactResponse } from '../../src/redact/redact-frame.ts';
import { looksLikeSaslToken } from '../../src/redact/sasl-token-shape.ts';
import { mayHoldSecrets } from '../../src/redact/secret-keys.ts';

/** Most values and spans a byte may become: every value takes a byte, but for the fields that a frame always has. */
const valuesPerByteMax = 2;
const valuesAlways = 64;
const spansMax = 300;
const facts = new WalkFacts();

/** What a frame turned out to be. */
export type FrameOutcome = 'decoded' | 'truncated' | 'malformed' | 'unknown';

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function valuesIn(value: FieldData | undefined): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 1;
  let count = 1;
  if (Array.isArray(value)) for (const item of value) count += valuesIn(item);
  else for (const name in value) count += valuesIn((value as Struct)[name]);
  return count;
}

/** Checks places of spans, and counts them. */
function spansIn(spans: readonly FieldSpan[], end: number): number {
  let count = spans.length;
  for (const span of spans) {
    demand(
      span.start >= 0 && span.start <= span.end && span.end <= end,
      `span ${span.path} [${span.start}, ${span.end})`,
    );
    count += spansIn(span.children, end);
  }
  return count;
}

function outcomeOf(message: Message): FrameOutcome {
  if (message.kind === 'decoded') return 'decoded';
  return message.reason === 'truncated' || message.reason === 'malformed' ? message.reason : 'unknown';
}

/** Reads a frame by every road there is and throws where they disagree or break a promise. */
export function checkFrame(bytes: Uint8Array, type: MessageType, apiKey: number, apiVersion: number): FrameOutcome {
  const size = bytes.length;
  let key = apiKey;
  let version = apiVersion;
  if (type === 'request') {
    const header = readRequestHeader(bytes);
    demand(header === null || header.bodyOffset <= size, 'a body that begins behind the frame');
    looksLikeSaslToken(bytes);
    if (size < 4) return outcomeOf(decodeRequest(bytes));
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    key = view.getInt16(0);
    version = view.getInt16(2);
  }
  const message = type === 'request' ? decodeRequest(bytes) : decodeResponse(bytes, key, version);
  const walked = walkMessage(bytes, type, key, version, facts);
  demand(walked === (message.kind === 'decoded'), `walk says ${walked}, decode ${message.kind}`);
  if (message.kind === 'decoded') {
    demand(facts.endOffset + message.trailingBytes === size, 'walk and decode end at different places');
    const values = valuesIn(message.header) + valuesIn(message.body);
    demand(values <= size * valuesPerByteMax + valuesAlways, `${values} values of ${size} bytes`);
    demand(message.unknownTags.length <= size, 'more unknown tags than bytes');
  } else {
    checkOpaque(message, size);
    if (facts.failReason !== 'no-plan') {
      demand(facts.failReason === message.reason, `walk says ${facts.failReason}, decode ${message.reason}`);
      // The walk steps over fixed fields at once, so it may notice an early end some fields sooner.
      const early = message.reason === 'truncated' && facts.failOffset <= (message.offset ?? 0);
      demand(
        early || facts.failOffset === message.offset,
        `walk stops at ${facts.failOffset}, decode at ${message.offset}`,
      );
    }
  }
  checkAnnotation(bytes, type, key, version, message);
  checkRedaction(bytes, type, key, version, message);
  if (type === 'response') checkAddresses(bytes, key, version, message);
  return outcomeOf(message);
}

function checkOpaque(message: Message, size: number): void {
  if (message.kind === 'decoded') return;
  const { reason, offset, path, detail } = message;
  demand(detail !== '', 'no detail');
  demand(typeof path === 'string', 'no path');
  if (reason === 'malformed' || reason === 'truncated') {
    demand(offset !== null && offset >= 0 && offset <= size, `offset ${offset} in ${size} bytes`);
  } else demand(reason === 'unknown-api' || reason === 'unknown-version', `reason ${reason}`);
}

function checkAnnotation(bytes: Uint8Array, type: MessageType, key: number, version: number, message: Message): void {
  const { spans, omitted, opaque } = annotateMessage(bytes, type, key, version, { spansMax });
  demand(spansIn(spans, bytes.length) <= spansMax + 1, 'more spans than the limit');
  demand(
    omitted <= bytes.length * valuesPerByteMax + valuesAlways,
    `${omitted} spans left out of ${bytes.length} bytes`,
  );
  demand((opaque === null) === (message.kind === 'decoded'), `annotate says ${opaque?.reason}, decode ${message.kind}`);
  if (opaque === null || message.kind === 'decoded') return;
  demand(opaque.reason === message.reason && opaque.offset === message.offset, 'annotate and decode stop apart');
}

function checkRedaction(bytes: Uint8Array, type: MessageType, key: number, version: number, message: Message): void {
  const copy = bytes.slice();
  const outcome = (type === 'request' ? redactRequest : redactResponse)(copy, key, version);
  demand(copy.length === bytes.length, 'redaction changed the size');
  if (!mayHoldSecrets(key, type)) demand(outcome === 'untouched', 'redacted without a secret');
  else
    demand((outcome === 'redacted-whole') === (message.kind === 'opaque'), `redaction ${outcome} of ${message.kind}`);
}

function checkAddresses(bytes: Uint8Array, key: number, version: number, message: Message): void {
  const located = locateAddresses(bytes, key, version);
  if (located.kind === 'located') {
    for (const site of located.sites) {
      demand(site.hostStart < site.hostEnd && site.hostEnd <= bytes.length, 'a host outside the frame');
      demand(site.portStart + 4 <= bytes.length, 'a port outside the frame');
    }
  } else demand(located.offset <= bytes.length, 'an offset outside the frame');
  const plan = planFor(key, 'response', version);
  if (plan === null) return;
  const walk = new StreamWalk(plan.header, plan.body, -1, bytes.length);
  let state = walk.feed(bytes, 0, bytes.length >> 1);
  if (state === 'more') state = walk.feed(bytes, bytes.length >> 1, bytes.length);
  demand(state !== 'tag', 'a watched tag that nobody watches');
  if (message.kind === 'decoded' && key !== 18)
    demand(state === 'done', `stream walk says ${state}, decode ${message.kind}`);
}
