const slabBytes = 256 * 1024;
const slabShareMax = 32 * 1024;

/**
 * Copies frames out of buffers that belong to somebody else. Small frames share slabs, because one ArrayBuffer a
 * frame costs more than the frame; history drops exchanges in the order they came, so a slab dies as a whole.
 */
export class FrameKeeper {
  #slab = new Uint8Array(slabBytes);
  #used = 0;

  /** Our own copy of `bytes`. */
  keep(bytes: Uint8Array): Uint8Array {
    const length = bytes.length;
    if (length > slabShareMax) {
      // Not `slice`: sockets hand over Buffers, whose `slice` is a view.
      const copy = new Uint8Array(length);
      copy.set(bytes);
      return copy;
    }
    if (this.#used + length > slabBytes) {
      this.#slab = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = start + length;
    this.#slab.set(bytes, start);
    return this.#slab.subarray(start, start + length);
  }
}
