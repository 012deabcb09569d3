/** Smallest and largest buffers that are used again, as powers of two: 4 KiB and 1 MiB. */
const smallestPower = 12;
const largestPower = 20;
/** Free buffers kept of each size: 16 MiB in all. */
const freePerSizeMax = 8;

/**
 * Buffers in which frames that span chunks are put together. A buffer a frame would keep the garbage collector busier
 * than the copying, so they are used again; more than a few wait for nobody.
 */
export class AssemblyBuffers {
  readonly #free: Uint8Array[][] = Array.from({ length: largestPower - smallestPower + 1 }, () => []);

  /** A free buffer of at least `byteCount` bytes; null when one would have to be allocated. */
  spare(byteCount: number): Uint8Array | null {
    const power = powerOf(byteCount);
    return power > largestPower ? null : (this.#free[power - smallestPower]?.pop() ?? null);
  }

  /** A buffer of at least `byteCount` bytes. What it holds is left from others. */
  take(byteCount: number): Uint8Array {
    const power = powerOf(byteCount);
    if (power > largestPower) return new Uint8Array(byteCount);
    return this.#free[power - smallestPower]?.pop() ?? new Uint8Array(2 ** power);
  }

  /** Takes a buffer back; nobody may look at it any more. */
  give(buffer: Uint8Array): void {
    const power = 31 - Math.clz32(buffer.length);
    if (power < smallestPower || power > largestPower || buffer.length !== 2 ** power) return;
    const free = this.#free[power - smallestPower];
    if (free !== undefined && free.length < freePerSizeMax) free.push(buffer);
  }
}

/** The power of two that holds so many bytes. */
function powerOf(byteCount: number): number {
  return byteCount <= 2 ** smallestPower ? smallestPower : 32 - Math.clz32(byteCount - 1);
}
