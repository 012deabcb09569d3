import { textAt } from '../wire/reader.ts';
import { RecordsFailure } from './record-limits.ts';

/** Reads what lies between batch headers: the varints and byte strings of magic 2 records. Throws RecordsFailure. */
export class RecordCursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Nothing is read at or beyond it. */
  end: number;
  readonly #buffer: ArrayBufferLike;
  readonly #origin: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.#buffer = bytes.buffer;
    this.#origin = bytes.byteOffset;
    this.at = start;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw new RecordsFailure('truncated', this.at, 'a byte is missing');
    const byte = this.bytes[this.at] as number;
    this.at += 1;
    return byte;
  }

  /** Zigzag varint of 32 bits. */
  varint(): number {
    let raw = this.byte();
    if (raw >= 0x80) {
      raw &= 0x7f;
      for (let shift = 7; ; shift += 7) {
        if (shift > 28) throw new RecordsFailure('malformed-record', this.at, 'a varint of more than 5 bytes');
        const byte = this.byte();
        raw |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
    }
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Zigzag varint of 64 bits; a number while it has at most four bytes (nearly always), a bigint beyond. */
  varlong(): number | bigint {
    let raw = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      raw |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1);
    }
    let long = BigInt(raw);
    for (let shift = 28n; ; shift += 7n) {
      if (shift > 63n) throw new RecordsFailure('malformed-record', this.at, 'a varlong of more than 10 bytes');
      const byte = this.byte();
      long |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    long = BigInt.asUintN(64, long);
    return BigInt.asIntN(64, (long >> 1n) ^ -(long & 1n));
  }

  /** A view of bytes behind a varint length; null for a negative one. */
  nullableBytes(): Uint8Array | null {
    const count = this.varint();
    return count < 0 ? null : this.take(count);
  }

  /** UTF-8 behind a varint length, which may not be negative. */
  text(): string {
    const count = this.varint();
    if (count < 0) throw new RecordsFailure('malformed-record', this.at, 'a header key without length');
    const start = this.#step(count);
    return textAt(this.bytes, start, this.at);
  }

  take(count: number): Uint8Array {
    return this.view(this.#step(count), count);
  }

  /** A view of bytes whose bounds are known to be right. Half the price of `subarray`, which asks for the species. */
  view(start: number, count: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#origin + start, count);
  }

  #step(count: number): number {
    const start = this.at;
    if (count > this.end - start) {
      throw new RecordsFailure('malformed-record', start, `${count} bytes announced, ${this.end - start} there`);
    }
    this.at = start + count;
    return start;
  }
}
