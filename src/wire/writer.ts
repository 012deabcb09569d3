import { uvarintBytes, writeUvarint } from './varint.ts';

const firstCapacityBytes = 512;

/** Writes Kafka's primitive forms into a growing buffer. Lengths and ranges are the caller's business. */
export class Writer {
  #bytes: Buffer = Buffer.allocUnsafe(firstCapacityBytes);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written, of exactly its size. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  int8(value: number): void {
    const at = this.#grow(1);
    this.#bytes.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#grow(2);
    this.#bytes.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.#grow(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.#grow(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  uvarint(value: number): void {
    const at = this.#grow(uvarintBytes(value));
    writeUvarint(this.#bytes, at, value);
  }

  bytes(data: Uint8Array): void {
    const at = this.#grow(data.length);
    this.#bytes.set(data, at);
  }

  /** Writes text as UTF-8; `byteLength` is its encoded size, which the caller has already written as the length. */
  text(text: string, byteLength: number): void {
    const at = this.#grow(byteLength);
    this.#bytes.write(text, at, byteLength, 'utf8');
  }

  /** Puts an unsigned varint before everything written since `start`: a tagged field's size is known only afterwards. */
  insertUvarint(start: number, value: number): void {
    const shift = uvarintBytes(value);
    const end = this.#grow(shift);
    this.#bytes.copyWithin(start + shift, start, end);
    writeUvarint(this.#bytes, start, value);
  }

  #grow(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
