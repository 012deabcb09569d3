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
  readonly #bytesMax: number;
  #lentBytes = 0;
  readonly #free: Uint8Array[][] = Array.from({ length: largestPower - smallestPower + 1 }, () => []);

  /** `bytesMax`: most bytes lent out at once, over all who share these buffers. */
  constructor(bytesMax: number = Number.POSITIVE_INFINITY) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes lent out now. */
  get lentBytes(): number {
    return this.#lentBytes;
  }

  /** True when a buffer of `byteCount` bytes in place of one of `insteadOf` stays within the bound. */
  admits(byteCount: number, insteadOf: number): boolean {
    return this.#lentBytes - insteadOf + byteCount <= this.#bytesMax;
  }

  /** A free buffer of at least `byteCount` bytes; null when one would have to be allocated. */
  spare(byteCount: number): Uint8Array | null {
    const power = powerOf(byteCount);
    const buffer = power > largestPower ? undefined : this.#free[power - smallestPower]?.pop();
    if (buffer === undefined) return null;
    this.#lentBytes += buffer.length;
    return buffer;
  }

  /** A buffer of at least `byteCount` bytes. What it holds is left from others. */
  take(byteCount: number): Uint8Array {
    const power = powerOf(byteCount);
    const free = power > largestPower ? undefined : this.#free[power - smallestPower]?.pop();
    const buffer = free ?? new Uint8Array(power > largestPower ? byteCount : 2 ** power);
    this.#lentBytes += buffer.length;
    return buffer;
  }

  /** A buffer stays with whoever has it: it does not come back, and counts no more. */
  forget(buffer: Uint8Array): void {
    this.#lentBytes -= buffer.length;
  }

  /** Takes a buffer back; nobody may look at it any more. */
  give(buffer: Uint8Array): void {
    this.#lentBytes -= buffer.length;
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
