const produceKey = 0;
/** Produce v9 is the first flexible version: request header 2, compact strings (PROTOCOL §1.5). */
const produceFlexibleVersion = 9;
/** Produce v3 put TransactionalId before acks. */
const produceTransactionalVersion = 3;

const uvarintBytesMax = 5;

/** What the proxy must know of a request to expect its response: reused, filled by `scanRequestHead`. */
export class RequestHead {
  /** Size of the frame without its prefix. */
  sizeBytes = 0;
  apiKey = -1;
  apiVersion = -1;
  correlationId = 0;
  /** False only for Produce with acks=0, the one request without a response (PROTOCOL §4.2). */
  responseDue = true;
  /** False when the length of the client id does not fit the frame: then this is hardly a request. */
  clientIdFits = true;
}

/** Bytes of a frame up to the length of its client id, size prefix included. */
export const headBytesToClientId = 14;

function int16(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) >> 16) | (bytes[at + 1] ?? 0);
}

/** A big-endian int32 at `at`; bytes beyond the end read as 0. */
export function int32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/**
 * Reads the head of the frame at `start`, of which the bytes up to `end` are there. Returns 0 when all was read that
 * is needed, otherwise how many bytes of the frame (prefix included) must be there before a further try makes sense;
 * each try gets further, so a client that sends byte by byte costs a few tries, not one a byte.
 */
export function scanRequestHead(bytes: Uint8Array, start: number, end: number, head: RequestHead): number {
  const have = end - start;
  if (have < 4) return 4;
  const sizeBytes = int32(bytes, start);
  head.sizeBytes = sizeBytes;
  head.apiKey = -1;
  head.apiVersion = -1;
  head.responseDue = true;
  head.clientIdFits = true;
  if (sizeBytes < 8) return 0;
  if (have < 12) return 12;
  head.apiKey = int16(bytes, start + 4);
  head.apiVersion = int16(bytes, start + 6);
  head.correlationId = int32(bytes, start + 8);
  if (sizeBytes < 10) {
    // Only ControlledShutdown v0 has a header without client id.
    head.clientIdFits = false;
    return 0;
  }
  if (have < headBytesToClientId) return headBytesToClientId;
  const clientIdBytes = int16(bytes, start + 12);
  head.clientIdFits = clientIdBytes >= -1 && clientIdBytes <= sizeBytes - 10;
  if (head.apiKey !== produceKey || !head.clientIdFits) return 0;
  return scanAcks(bytes, start, have, headBytesToClientId + Math.max(clientIdBytes, 0), head);
}

/** Goes on behind the client id of a Produce request to its acks. A request cut short keeps `responseDue`. */
function scanAcks(bytes: Uint8Array, start: number, have: number, from: number, head: RequestHead): number {
  const frameBytes = head.sizeBytes + 4;
  const flexible = head.apiVersion >= produceFlexibleVersion;
  let at = from;
  if (flexible) {
    const tags = skipTags(bytes, start, have, at, frameBytes);
    if (tags < 0) return tags === malformed ? 0 : -tags;
    at = tags;
  }
  if (head.apiVersion >= produceTransactionalVersion) {
    const text = skipText(bytes, start, have, at, frameBytes, flexible);
    if (text < 0) return text === malformed ? 0 : -text;
    at = text;
  }
  if (at + 2 > frameBytes) return 0;
  if (have < at + 2) return at + 2;
  head.responseDue = int16(bytes, start + at) !== 0;
  return 0;
}

/** The skip functions return the new offset, the negative of the bytes they need, or this. */
const malformed = Number.MIN_SAFE_INTEGER;

/** Value of the last `scanUvarint`. */
let uvarintValue = 0;

/** Reads an unsigned varint at `at` of the frame; the value is left in `uvarintValue`. */
function scanUvarint(bytes: Uint8Array, start: number, have: number, at: number, frameBytes: number): number {
  let value = 0;
  for (let index = 0; index < uvarintBytesMax; index += 1) {
    if (at + index >= frameBytes) return malformed;
    if (at + index >= have) return -(at + index + 1);
    const byte = bytes[start + at + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      uvarintValue = value;
      return at + index + 1;
    }
  }
  return malformed;
}

function skipTags(bytes: Uint8Array, start: number, have: number, from: number, frameBytes: number): number {
  let at = scanUvarint(bytes, start, have, from, frameBytes);
  if (at < 0) return at;
  // Each tag takes two bytes or more, so a count the frame cannot hold ends at the frame's end.
  for (let left = uvarintValue; left > 0; left -= 1) {
    at = scanUvarint(bytes, start, have, at, frameBytes);
    if (at < 0) return at;
    at = scanUvarint(bytes, start, have, at, frameBytes);
    if (at < 0) return at;
    at += uvarintValue;
    if (at > frameBytes) return malformed;
  }
  return at;
}

function skipText(
  bytes: Uint8Array,
  start: number,
  have: number,
  from: number,
  frameBytes: number,
  compact: boolean,
): number {
  if (compact) {
    const at = scanUvarint(bytes, start, have, from, frameBytes);
    if (at < 0) return at;
    const end = at + Math.max(uvarintValue - 1, 0);
    return end > frameBytes ? malformed : end;
  }
  if (from + 2 > frameBytes) return malformed;
  if (have < from + 2) return -(from + 2);
  const end = from + 2 + Math.max(int16(bytes, start + from), 0);
  return end > frameBytes ? malformed : end;
}
