/** Steps in which buffers grow: a buffer is at most an eighth, or this much, larger than what was asked for. */
const granuleBytesMin = 64 * 1024;
const granulesPerOctave = 8;

/** Bytes kept for reuse by default; beyond it buffers are left to the garbage collector. */
export const pooledBytesMaxDefault = 32 * 1024 * 1024;

/** Capacity of the buffer that is given for `bytesMin` bytes. */
export function pooledCapacity(bytesMin: number): number {
  const granule = Math.max(granuleBytesMin, 2 ** (31 - Math.clz32(Math.max(1, bytesMin))) / granulesPerOctave);
  return Math.max(1, Math.ceil(bytesMin / granule)) * granule;
}

/**
 * Large buffers that are used again: allocating one for every large message keeps the garbage collector busier than the
 * traffic. Buffers come in few capacities, so that what one message gave back fits the next one of about its size.
 */
export class BufferPool {
  readonly #bytesMax: number;
  readonly #byCapacity = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #bytes = 0;

  constructor(bytesMax: number = pooledBytesMaxDefault) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes that wait for reuse. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A buffer of at least `bytesMin` bytes; what is in it is of whoever had it before. */
  take(bytesMin: number): Uint8Array<ArrayBuffer> {
    const capacity = pooledCapacity(bytesMin);
    const pooled = this.#byCapacity.get(capacity)?.pop();
    if (pooled === undefined) return new Uint8Array(capacity);
    this.#bytes -= capacity;
    return pooled;
  }

  /** Takes back a buffer that `take` gave, whole; nobody may look at it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const capacity = buffer.length;
    if (capacity > this.#bytesMax) return;
    // What others asked for may never be asked for again: the newest stays.
    for (const [other, waiting] of this.#byCapacity) {
      while (this.#bytes + capacity > this.#bytesMax && other !== capacity && waiting.pop() !== undefined) {
        this.#bytes -= other;
      }
    }
    if (this.#bytes + capacity > this.#bytesMax) return;
    const waiting = this.#byCapacity.get(capacity);
    if (waiting === undefined) this.#byCapacity.set(capacity, [buffer]);
    else waiting.push(buffer);
    this.#bytes += capacity;
  }
}
