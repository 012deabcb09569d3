/** Indices of the header's words. */
const headWord = 0;
const tailWord = 1;
const headerBytes = 64;

/** Each entry begins with its size; entries lie at multiples of this. */
const alignment = 8;

/** In place of a size: the entry did not fit before the end, and the next one is at the beginning. */
const wrapMark = 0xffff_ffff;

/** Memory for a ring; `capacity` in bytes, a power of two between 64 and 2^30. */
export function newRingMemory(capacity: number): SharedArrayBuffer {
  if (capacity < 64 || capacity > 2 ** 30 || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(`a ring of ${capacity} bytes: a power of two between 64 and 2^30 is needed`);
  }
  return new SharedArrayBuffer(headerBytes + capacity);
}

/**
 * A ring of entries in shared memory with one writer and one reader, each in a thread of its own. Nobody waits for
 * anybody: a full ring says so, an empty one, too. An entry is seen whole or not at all, since the writer moves the
 * head only when it stands; so what a writer left that died can be read to the end.
 */
export class ByteRing {
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The entry being written or read: where its contents begin, and where the next entry does. */
  #at = 0;
  #next = 0;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = memory.byteLength - headerBytes;
    this.#words = new Int32Array(memory, 0, headerBytes / 4);
    this.#bytes = new Uint8Array(memory, headerBytes);
    this.#view = new DataView(memory, headerBytes);
  }

  /** Contents of the entry under way, for numbers; offsets count from `at`. */
  get view(): DataView {
    return this.#view;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the contents of the entry under way begin in `view` and `bytes`. */
  get at(): number {
    return this.#at;
  }

  /** Bytes written and not read yet. */
  get used(): number {
    return (Atomics.load(this.#words, headWord) - Atomics.load(this.#words, tailWord)) >>> 0;
  }

  /** Begins an entry of so many bytes; false where it does not fit now. The writer calls this, then `publish`. */
  reserve(size: number): boolean {
    const { capacity } = this;
    const needed = (size + 4 + alignment - 1) & -alignment;
    const head = Atomics.load(this.#words, headWord) >>> 0;
    const free = capacity - this.used;
    const offset = head & (capacity - 1);
    const beforeEnd = capacity - offset;
    const skipped = needed > beforeEnd ? beforeEnd : 0;
    if (needed > capacity / 2 || needed + skipped > free) return false;
    if (skipped > 0) this.#view.setUint32(offset, wrapMark, true);
    const start = skipped > 0 ? 0 : offset;
    this.#view.setUint32(start, size, true);
    this.#at = start + 4;
    this.#next = (head + skipped + needed) | 0;
    return true;
  }

  /** Hands the entry over to the reader. */
  publish(): void {
    Atomics.store(this.#words, headWord, this.#next);
  }

  /** Size of the next entry, whose contents lie at `at` until `release`; -1 where there is none. */
  peek(): number {
    const tail = Atomics.load(this.#words, tailWord);
    if (tail === Atomics.load(this.#words, headWord)) return -1;
    const { capacity } = this;
    let start = tail >>> 0;
    let offset = start & (capacity - 1);
    let size = this.#view.getUint32(offset, true);
    if (size === wrapMark) {
      start += capacity - offset;
      offset = 0;
      size = this.#view.getUint32(0, true);
    }
    this.#at = offset + 4;
    this.#next = (start + ((size + 4 + alignment - 1) & -alignment)) | 0;
    return size;
  }

  /** Gives the room of the entry back, and wakes a writer that waits for it. */
  release(): void {
    Atomics.store(this.#words, tailWord, this.#next);
    Atomics.notify(this.#words, tailWord);
  }

  /** The writer's thread stands still until the reader has gone on, `timeoutMs` at most. */
  waitForRoom(timeoutMs: number): void {
    const tail = Atomics.load(this.#words, tailWord);
    if (this.used > 0) Atomics.wait(this.#words, tailWord, tail, timeoutMs);
  }
}
