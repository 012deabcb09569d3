import { BufferPool } from '../wire/buffer-pool.ts';
import type { Exchange } from './exchange.ts';

/** Bytes of one slab. Small, because the one frame in it that stays in flight for long keeps all of it. */
export const slabBytes = 256 * 1024;

/** Frames above this get a buffer of their own: they would waste the rest of a slab. */
const slabShareMax = slabBytes / 4;

const noSlab = -1;

/** A buffer that frames share, or one frame has alone. */
class Slab {
  readonly bytes: Uint8Array<ArrayBuffer>;
  used = 0;
  /** Frames in this slab that nobody gave back yet. */
  live = 0;
  /** Number by which `hold` names it; `noSlab` while nothing of it is held. */
  number = noSlab;
  /** Memory of somebody else, which is never used again here. */
  readonly foreign: boolean;
  /** Lent to who assembles a frame in it; `keep` makes it the frame's own without a copy. */
  lent = false;

  constructor(bytes: Uint8Array<ArrayBuffer>, foreign = false) {
    this.bytes = bytes;
    this.foreign = foreign;
  }
}

/**
 * Copies frames out of buffers that belong to somebody else. Frames share slabs, and a slab whose frames were all
 * given back is used again: at gigabytes a second one ArrayBuffer a frame keeps the garbage collector busier than
 * the traffic. Giving back is optional until a frame is held by number; a slab that is neither is collected like
 * anything else.
 */
export class FrameKeeper {
  readonly #pool = new BufferPool();
  readonly #byBuffer = new WeakMap<ArrayBufferLike, Slab>();
  #slab: Slab;
  /** The slab that was last looked up: frames of one time lie together. */
  #last: Slab;
  readonly #held: (Slab | undefined)[] = [];
  readonly #freeNumbers: number[] = [];

  constructor() {
    this.#slab = this.#newSlab(slabBytes);
    this.#last = this.#slab;
  }

  /** Our own copy of `bytes`, or themselves when they were assembled in a buffer that was lent for it. */
  keep(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > slabShareMax) {
      const lent = this.#byBuffer.get(bytes.buffer);
      if (lent?.lent === true) {
        lent.lent = false;
        lent.live = 1;
        return bytes;
      }
      const own = this.#newSlab(length);
      own.live = 1;
      own.bytes.set(bytes);
      return new Uint8Array(own.bytes.buffer, 0, length);
    }
    let slab = this.#slab;
    if (slab.used + length > slabBytes) slab = this.#next();
    const start = slab.used;
    slab.used = start + length;
    slab.live += 1;
    slab.bytes.set(bytes, start);
    return new Uint8Array(slab.bytes.buffer, start, length);
  }

  /** A buffer to assemble a large frame in. When `keep` gets that frame, it takes the buffer over. */
  lend(bytesMin: number): Uint8Array {
    const slab = this.#newSlab(bytesMin);
    slab.lent = true;
    return slab.bytes;
  }

  /** A frame was read and is not kept: if its buffer was lent, the next frame may have it. */
  takeBack(bytes: Uint8Array): void {
    if (bytes.length <= slabShareMax) return;
    const slab = this.#byBuffer.get(bytes.buffer);
    if (slab?.lent === true) this.#recycle(slab);
  }

  /**
   * Number of the buffer that a kept frame lies in, for who remembers frames as numbers: from now on it must be given
   * back with `letGo`. Bytes that were not kept here are taken care of as well.
   */
  hold(kept: Uint8Array): number {
    let slab = this.#slabOf(kept.buffer);
    if (slab === undefined) {
      slab = new Slab(new Uint8Array(kept.buffer as ArrayBuffer), true);
      this.#byBuffer.set(kept.buffer, slab);
    }
    if (slab.foreign) slab.live += 1;
    if (slab.number === noSlab) {
      slab.number = this.#freeNumbers.pop() ?? this.#held.length;
      this.#held[slab.number] = slab;
    }
    return slab.number;
  }

  /** The frame that was held; its bytes are true until it is let go. */
  view(number: number, start: number, length: number): Uint8Array {
    const slab = this.#held[number];
    return slab === undefined ? new Uint8Array(0) : new Uint8Array(slab.bytes.buffer, start, length);
  }

  /** Gives a held frame back, once; nobody may look at it any more, for its bytes will be overwritten. */
  letGo(number: number): void {
    const slab = this.#held[number];
    if (slab !== undefined) this.#release(slab);
  }

  /** Gives back, once, a kept copy that was never held. */
  release(kept: Uint8Array): void {
    const slab = this.#slabOf(kept.buffer);
    if (slab !== undefined && !slab.foreign) this.#release(slab);
  }

  /** Gives back the frames of a final exchange that are not held. */
  releaseExchange({ request, response }: Exchange): void {
    if (request !== null) this.release(request.bytes);
    if (response !== null) this.release(response.bytes);
  }

  #slabOf(buffer: ArrayBufferLike): Slab | undefined {
    if (this.#last.bytes.buffer === buffer) return this.#last;
    const slab = this.#byBuffer.get(buffer);
    if (slab !== undefined) this.#last = slab;
    return slab;
  }

  #release(slab: Slab): void {
    slab.live -= 1;
    if (slab.live > 0) return;
    if (slab.number !== noSlab) {
      this.#held[slab.number] = undefined;
      this.#freeNumbers.push(slab.number);
      slab.number = noSlab;
    }
    // Where frames are given back at once, the same bytes are written again and again and stay in the cache.
    if (slab === this.#slab) slab.used = 0;
    else this.#recycle(slab);
  }

  #recycle(slab: Slab): void {
    // The buffer gets a new slab when it is used again: whoever still names this one must not reach that.
    this.#byBuffer.delete(slab.bytes.buffer);
    if (this.#last === slab) this.#last = this.#slab;
    if (!slab.foreign) this.#pool.give(slab.bytes);
  }

  #next(): Slab {
    const full = this.#slab;
    this.#slab = this.#newSlab(slabBytes);
    if (full.live === 0) this.#recycle(full);
    return this.#slab;
  }

  #newSlab(bytesMin: number): Slab {
    const slab = new Slab(this.#pool.take(bytesMin));
    this.#byBuffer.set(slab.bytes.buffer, slab);
    return slab;
  }
}
