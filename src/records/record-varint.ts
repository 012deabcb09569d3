import type { Reader } from '../wire/reader.ts';

const varintBytesMax = 5;
const varlongBytesMax = 10;

/** Zigzag varint of 32 bits, as records have them; fails the reader where no writer would write it. */
export function readVarint(reader: Reader): number {
  return Number(BigInt.asIntN(32, unzigzag(reader, varintBytesMax)));
}

/** Zigzag varint of 64 bits. */
export function readVarlong(reader: Reader): bigint {
  return BigInt.asIntN(64, unzigzag(reader, varlongBytesMax));
}

function unzigzag(reader: Reader, bytesMax: number): bigint {
  const width = bytesMax === varintBytesMax ? 32 : 64;
  const raw = BigInt.asUintN(width, readUnsigned(reader, bytesMax));
  return (raw >> 1n) ^ -(raw & 1n);
}

/** Unsigned varint of 64 bits, least significant group first (protobuf has the same). */
export function readUnsigned(reader: Reader, bytesMax: number = varlongBytesMax): bigint {
  if (reader.failed) return 0n;
  const start = reader.position;
  let value = 0n;
  for (let count = 0; count < bytesMax; count += 1) {
    const at = reader.take(1);
    if (at < 0) return 0n;
    const byte = reader.bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * count);
    if (byte < 0x80) return value;
  }
  reader.fail('malformed', start, `a varint of more than ${bytesMax} bytes`);
  return 0n;
}
