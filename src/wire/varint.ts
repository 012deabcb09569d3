/** Most bytes Kafka writes for an unsigned 32-bit varint; a longer one is malformed. */
export const uvarintBytesMax = 5;

/** How many bytes `writeUvarint` takes for a value of 0 .. 2^32-1. */
export function uvarintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes an unsigned varint (little groups of 7 bits first) and returns the offset after it. */
export function writeUvarint(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest >= 0x80) {
    bytes[at] = (rest & 0x7f) | 0x80;
    rest = rest >>> 7;
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}
