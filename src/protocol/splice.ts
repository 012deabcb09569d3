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
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Encodes a host as the string field it replaces: int16 length, or uvarint length + 1 in flexible versions. */
export function stringFieldBytes(text: string, compact: boolean): Uint8Array {
  const utf8 = Buffer.from(text, 'utf8');
  const prefix = compact ? uvarintBytes(utf8.length + 1) : Uint8Array.of((utf8.length >> 8) & 0xff, utf8.length & 0xff);
  const field = new Uint8Array(prefix.length + utf8.length);
  field.set(prefix);
  field.set(utf8, prefix.length);
  return field;
}

/** Encodes a port as int32, the width of every client-facing address (PROTOCOL §3.1). */
export function int32FieldBytes(value: number): Uint8Array {
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

/** The new sizes of the enclosing ranges, inner ones first, since an inner size that grows makes the outer grow more. */
function withSizes(replacements: readonly Replacement[], sized: readonly SizedRange[]): Replacement[] {
  const edits = replacements.slice();
  const innerFirst = sized.slice().sort((a, b) => a.contentEnd - a.sizeEnd - (b.contentEnd - b.sizeEnd));
  for (const range of innerFirst) {
    const grown = growth(edits, range.sizeEnd, range.contentEnd);
    // An unchanged size keeps its bytes, also when it was not written in the shortest form.
    if (grown === 0) continue;
    const bytes = uvarintBytes(range.contentEnd - range.sizeEnd + grown);
    edits.push({ start: range.sizeStart, end: range.sizeEnd, bytes });
  }
  return edits.sort((a, b) => a.start - b.start);
}

function newBytes(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
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
  frame.set(int32FieldBytes(sizeBytes));
  let from = 0;
  let to = framePrefixBytes;
  for (const edit of edits) {
    frame.set(payload.subarray(from, edit.start), to);
    to += edit.start - from;
    frame.set(edit.bytes, to);
    to += edit.bytes.length;
    from = edit.end;
  }
  frame.set(payload.subarray(from), to);
  return frame;
}
