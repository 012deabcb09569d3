/** Bytes of one slab. */
const slabBytes = 1024 * 1024;

/** Frames above this get a buffer of their own: they would waste the rest of a slab. */
const slabShareMax = slabBytes / 2;

/** Emptied slabs kept for reuse; beyond it they are left to the garbage collector. */
const freeSlabsMax = 32;

class Slab {
  readonly bytes = new Uint8Array(slabBytes);
  used = 0;
  /** Frames in this slab that nobody gave back yet. */
  live = 0;
}

/**
 * Copies frames out of buffers that belong to somebody else. Frames share slabs, and a slab whose frames were all
 * given back is used again: at gigabytes a second one ArrayBuffer a frame keeps the garbage collector busier than
 * the traffic. Giving back is optional; a slab that is never given back is collected like anything else.
 */
export class FrameKeeper {
  #slab = new Slab();
  readonly #byBuffer = new WeakMap<ArrayBufferLike, Slab>();
  readonly #free: Slab[] = [];

  constructor() {
    this.#byBuffer.set(this.#slab.bytes.buffer, this.#slab);
  }

  /** Our own copy of `bytes`. */
  keep(bytes: Uint8Array): Uint8Array {
    const length = bytes.length;
    if (length > slabShareMax) {
      // Not `slice`: sockets hand over Buffers, whose `slice` is a view.
      const copy = new Uint8Array(length);
      copy.set(bytes);
      return copy;
    }
    if (this.#slab.used + length > slabBytes) this.#next();
    const slab = this.#slab;
    const start = slab.used;
    slab.used = start + length;
    slab.live += 1;
    slab.bytes.set(bytes, start);
    return slab.bytes.subarray(start, start + length);
  }

  /** Gives a kept copy back, once; nobody may look at it any more, for its bytes will be overwritten. */
  release(kept: Uint8Array): void {
    const slab = this.#byBuffer.get(kept.buffer);
    if (slab === undefined) return;
    slab.live -= 1;
    if (slab.live > 0 || slab === this.#slab || this.#free.length >= freeSlabsMax) return;
    slab.used = 0;
    this.#free.push(slab);
  }

  #next(): void {
    const full = this.#slab;
    this.#slab = this.#free.pop() ?? new Slab();
    this.#byBuffer.set(this.#slab.bytes.buffer, this.#slab);
    if (full.live > 0 || this.#free.length >= freeSlabsMax) return;
    full.used = 0;
    this.#free.push(full);
  }
}
