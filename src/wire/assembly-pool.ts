/** Smallest and largest buffer lent; larger ones are made for one frame and left to the garbage collector. */
const smallestBytes = 4096;
const largestBytes = 1024 * 1024;

/** Bytes of buffers kept for the next frame, over all sizes. */
const keptBytesMax = 16 * 1024 * 1024;

/**
 * Memory in which frames that span chunks are put together, lent for as long as a frame takes. At gigabytes a second a
 * new buffer a frame costs more in the garbage collector than copying the frame does. What was lent is not cleared.
 */
export class AssemblyPool {
  readonly #free: Uint8Array[][] = [];
  #keptBytes = 0;

  /** A buffer of at least `bytes`, a power of two; its contents are whatever was there. */
  take(bytes: number): Uint8Array {
    if (bytes > largestBytes) return new Uint8Array(bytes);
    const capacity = capacityFor(bytes);
    const kept = this.#free[Math.log2(capacity)]?.pop();
    if (kept === undefined) return new Uint8Array(capacity);
    this.#keptBytes -= capacity;
    return kept;
  }

  /** Takes a buffer back that `take` lent; nobody may look at it any more. */
  giveBack(buffer: Uint8Array): void {
    const capacity = buffer.length;
    if (capacity > largestBytes || this.#keptBytes + capacity > keptBytesMax) return;
    const size = Math.log2(capacity);
    const free = this.#free[size];
    if (free === undefined) this.#free[size] = [buffer];
    else free.push(buffer);
    this.#keptBytes += capacity;
  }
}

function capacityFor(bytes: number): number {
  if (bytes <= smallestBytes) return smallestBytes;
  return 2 ** (32 - Math.clz32(bytes - 1));
}
