/** Room for the pieces of one chunk; larger pieces are written on their own. */
const roomBytes = 64 * 1024;

/** Pieces above this are not worth copying. */
const pieceBytesMax = 16 * 1024;

/**
 * Puts small pieces of one chunk together, so that sixty-four rewritten responses cost one write, not sixty-four. One
 * for all connections of a proxy: it is empty between two reads.
 */
export class GatheredOutput {
  #buffer: Uint8Array | null = null;
  #used = 0;

  /** Copies a piece; false when it is too large, or there is no room until `write`. */
  add(bytes: Uint8Array): boolean {
    if (bytes.length > pieceBytesMax || this.#used + bytes.length > roomBytes) return false;
    this.#buffer ??= Buffer.allocUnsafeSlow(roomBytes);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return true;
  }

  /** Writes what was gathered with a function that says whether the memory is free again when it returns. */
  write(write: (bytes: Uint8Array) => boolean): void {
    if (this.#buffer === null || this.#used === 0) return;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    // A write under way keeps the buffer; the next chunk gets another.
    if (!write(bytes)) this.#buffer = null;
  }
}
