/** Bytes of a payload to put in the place of others; offsets are in the old payload, `end` exclusive. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * A part of a payload whose length is written in front of it: a tagged field (KIP-482). The uvarint stands at
 * `sizeStart`…`sizeEnd`, what it measures from there to `contentEnd`.
 */
export interface SizedRange {
  readonly sizeStart: number;
  readonly sizeEnd: number;
  readonly contentEnd: number;
}

const framePrefixBytes = 4;

/** Encodes an unsigned varint as Kafka writes it, in as few bytes as possible. */
export function uvarintBytes(value: number): Uint8Array {
  if (value >= 0 && value <= 0x7f) return Uint8Array.of(value);
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Fields remembered of each kind: a cluster has few brokers, and the same ones are named again and again. */
const fieldsKeptMax = 1024;
const compactStrings = new Map<string, Uint8Array>();
const plainStrings = new Map<string, Uint8Array>();
const numbers = new Map<number, Uint8Array>();

function keep<Key>(fields: Map<Key, Uint8Array>, key: Key, bytes: Uint8Array): Uint8Array {
  if (fields.size >= fieldsKeptMax) fields.clear();
  fields.set(key, bytes);
  return bytes;
}

/**
 * Encodes a host as the string field it replaces: int16 length, or uvarint length + 1 in flexible versions. The bytes
 * belong to everybody: they are not to be changed.
 */
export function stringFieldBytes(text: string, compact: boolean): Uint8Array {
  const fields = compact ? compactStrings : plainStrings;
  return fields.get(text) ?? keep(fields, text, encodeString(text, compact));
}

function encodeString(text: string, compact: boolean): Uint8Array {
  const utf8 = Buffer.from(text, 'utf8');
  const prefix = compact ? uvarintBytes(utf8.length + 1) : Uint8Array.of((utf8.length >> 8) & 0xff, utf8.length & 0xff);
  const field = new Uint8Array(prefix.length + utf8.length);
  field.set(prefix);
  field.set(utf8, prefix.length);
  return field;
}

/** Encodes a port as int32, the width of every client-facing address (PROTOCOL §3.1). Not to be changed, either. */
export function int32FieldBytes(value: number): Uint8Array {
  return numbers.get(value) ?? keep(numbers, value, encodeInt32(value));
}

function encodeInt32(value: number): Uint8Array {
  return Uint8Array.of((value >> 24) & 0xff, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

/** By how much the bytes between two offsets grow. */
function growth(edits: readonly Replacement[], start: number, end: number): number {
  let bytes = 0;
  for (const edit of edits) {
    if (edit.start >= start && edit.end <= end) bytes += edit.bytes.length - (edit.end - edit.start);
  }
  return bytes;
}

/** Adds an edit to those before and behind it. */
function insertInOrder(edits: Replacement[], edit: Replacement): void {
  let at = edits.length;
  while (at > 0 && (edits[at - 1]?.start ?? 0) > edit.start) at -= 1;
  edits.splice(at, 0, edit);
}

/** The new sizes of the enclosing ranges, inner ones first, since an inner size that grows makes the outer grow more. */
function withSizes(replacements: readonly Replacement[], sized: readonly SizedRange[]): readonly Replacement[] {
  const edits: Replacement[] = [];
  for (const replacement of replacements) insertInOrder(edits, replacement);
  const innerFirst =
    sized.length < 2 ? sized : sized.slice().sort((a, b) => a.contentEnd - a.sizeEnd - (b.contentEnd - b.sizeEnd));
  for (const range of innerFirst) {
    const grown = growth(edits, range.sizeEnd, range.contentEnd);
    // An unchanged size keeps its bytes, also when it was not written in the shortest form.
    if (grown === 0) continue;
    const bytes = uvarintBytes(range.contentEnd - range.sizeEnd + grown);
    insertInOrder(edits, { start: range.sizeStart, end: range.sizeEnd, bytes });
  }
  return edits;
}

function newBytes(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

/** Fewer bytes than this are copied one by one: a view of them would cost more. */
const viewBytesMin = 64;

/** Copies `from[start, end)` to `into` at `at`; returns where it ends there. */
function copy(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  const shift = at - start;
  if (end - start >= viewBytesMin) into.set(from.subarray(start, end), at);
  else for (let index = start; index < end; index += 1) into[index + shift] = from[index] ?? 0;
  return end + shift;
}

/**
 * Makes the frame (with its int32 size prefix) that carries `payload` with the replacements in place, the sizes of
 * the enclosing tagged fields and the frame's own corrected, and every other byte as it was. Replacements must not
 * overlap. `allocate` gives memory of exactly so many bytes, whatever is in it. Decoding and encoding again would not do: it is not the identity (PROTOCOL §8.1).
 */
export function spliceFrame(
  payload: Uint8Array,
  replacements: readonly Replacement[],
  sized: readonly SizedRange[],
  allocate: (bytes: number) => Uint8Array = newBytes,
): Uint8Array {
  const edits = withSizes(replacements, sized);
  const sizeBytes = payload.length + growth(edits, 0, payload.length);
  const frame = allocate(framePrefixBytes + sizeBytes);
  frame[0] = sizeBytes >> 24;
  frame[1] = sizeBytes >> 16;
  frame[2] = sizeBytes >> 8;
  frame[3] = sizeBytes;
  let from = 0;
  let to = framePrefixBytes;
  for (const edit of edits) {
    to = copy(payload, from, edit.start, frame, to);
    to = copy(edit.bytes, 0, edit.bytes.length, frame, to);
    from = edit.end;
  }
  copy(payload, from, payload.length, frame, to);
  return frame;
}
