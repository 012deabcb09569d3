/** A growing buffer for what record batches are made of; int64 come as bigint. */
export class RecordWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of what was written so far; it holds until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): void {
    const at = this.#claim(1);
    this.#view.setInt8(at, value);
  }

  int16(value: number): void {
    const at = this.#claim(2);
    this.#view.setInt16(at, value);
  }

  int32(value: number): void {
    const at = this.#claim(4);
    this.#view.setInt32(at, value);
  }

  int64(value: bigint): void {
    const at = this.#claim(8);
    this.#view.setBigInt64(at, value);
  }

  /** Overwrites an int32 (or, unsigned, a CRC) that was left open at `at`. */
  patchInt32(at: number, value: number): void {
    this.#view.setInt32(at, value | 0);
  }

  /** A zigzag varint of a 32-bit number, the length format inside records. */
  varint(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.int8((rest & 0x7f) | 0x80);
    this.int8(rest);
  }

  /** A zigzag varint of a 64-bit number. */
  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest >= 0x80n; rest >>= 7n) this.int8(Number(rest & 0x7fn) | 0x80);
    this.int8(Number(rest));
  }

  bytes(value: Uint8Array): void {
    const at = this.#claim(value.length);
    this.#bytes.set(value, at);
  }

  /** Makes room and says where. Call it first: growing replaces buffer and view. */
  #claim(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
