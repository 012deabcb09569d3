const noBytes = new Uint8Array(0);

/** Joined beyond what is asked for: so many bytes then move on without another copy. */
const wideBytes = 1_048_576;

/**
 * The bytes of a file as they come, handed out in contiguous pieces of any size. A piece that lies within one chunk
 * is a view; only one that spans chunks is copied, once, when all of it is there: big packets stay linear.
 *
 * `holds`, `bytes` and `at` read in place, for the millions of records that a view each would cost more than all else.
 */
export class ChunkBuffer {
  readonly #chunks: Uint8Array[] = [];
  #first: Uint8Array = noBytes;
  #at = 0;
  #available = 0;
  #consumed = 0;
  #settled = true;
  /** Whether `#first` is our own copy, and how many of `#chunks`, from the front, are. */
  #firstIsOwn = true;
  #ownChunks = 0;

  /** Bytes that can be taken now. */
  get available(): number {
    return this.#available;
  }

  /** Offset in the file of the next byte. */
  get offset(): number {
    return this.#consumed;
  }

  /** What `holds` made contiguous; the next byte is at `at`. Both change with every other call. */
  get bytes(): Uint8Array {
    return this.#first;
  }

  get at(): number {
    return this.#at;
  }

  /** True when the next `count` bytes are there; they then lie in `bytes` from `at` on, without a seam. */
  holds(count: number): boolean {
    if (this.#first.length - this.#at >= count) return true;
    if (count > this.#available) return false;
    this.#join(count);
    return true;
  }

  /** As `holds`, for one who goes on byte by byte: what must be joined is joined with much of what follows. */
  holdsWide(count: number): boolean {
    if (this.#first.length - this.#at >= count) return true;
    if (count > this.#available) return false;
    this.#join(Math.min(this.#available, count + wideBytes));
    return true;
  }

  /** Consumes `count` bytes that `holds` was asked for. */
  consume(count: number): void {
    this.#at += count;
    this.#available -= count;
    this.#consumed += count;
    if (this.#at === this.#first.length && this.#chunks.length > 0) this.#advance();
  }

  /** The chunks belong to their reader again: copies what is left of them. Usually the beginning of one packet. */
  settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#at === this.#first.length) {
      this.#first = noBytes;
      this.#at = 0;
    } else if (!this.#firstIsOwn) {
      this.#first = new Uint8Array(this.#first.subarray(this.#at));
      this.#at = 0;
      this.#firstIsOwn = true;
    }
    for (let index = this.#ownChunks; index < this.#chunks.length; index += 1) {
      this.#chunks[index] = new Uint8Array(this.#chunks[index] as Uint8Array);
    }
    this.#ownChunks = this.#chunks.length;
  }

  /** Adds a chunk. It is kept by reference until consumed or settled. */
  push(added: Uint8Array): void {
    if (added.length === 0) return;
    // `slice` of a Buffer is a view, of a Uint8Array a copy: everyone behind this point may rely on the copy.
    const chunk = new Uint8Array(added.buffer, added.byteOffset, added.length);
    this.#available += chunk.length;
    this.#settled = false;
    if (this.#at === this.#first.length && this.#chunks.length === 0) {
      this.#first = chunk;
      this.#at = 0;
      this.#firstIsOwn = false;
    } else {
      this.#chunks.push(chunk);
    }
  }

  /** The next `count` bytes without consuming them; null until they are all there. */
  peek(count: number): Uint8Array | null {
    if (count > this.#available) return null;
    if (this.#first.length - this.#at < count) this.#join(count);
    return this.#first.subarray(this.#at, this.#at + count);
  }

  /** The next `count` bytes, consumed; null until they are all there. */
  take(count: number): Uint8Array | null {
    const bytes = this.peek(count);
    if (bytes !== null) this.skip(count);
    return bytes;
  }

  /** Consumes up to `count` bytes unseen; returns how many there were. */
  skip(count: number): number {
    const skipped = Math.min(count, this.#available);
    let left = skipped;
    while (left > 0) {
      const here = Math.min(left, this.#first.length - this.#at);
      this.#at += here;
      left -= here;
      if (this.#at === this.#first.length) this.#advance();
    }
    this.#available -= skipped;
    this.#consumed += skipped;
    return skipped;
  }

  #advance(): void {
    this.#first = this.#chunks.shift() ?? noBytes;
    this.#at = 0;
    this.#firstIsOwn = this.#ownChunks > 0;
    if (this.#firstIsOwn) this.#ownChunks -= 1;
  }

  /** Makes the first `count` bytes contiguous; what is left of the last chunk touched stays a view. */
  #join(count: number): void {
    const joined = new Uint8Array(count);
    let filled = this.#first.length - this.#at;
    joined.set(this.#first.subarray(this.#at));
    let taken = 0;
    while (filled < count) {
      const chunk = this.#chunks[taken] as Uint8Array;
      const here = Math.min(count - filled, chunk.length);
      joined.set(here === chunk.length ? chunk : chunk.subarray(0, here), filled);
      filled += here;
      if (here === chunk.length) taken += 1;
      else this.#chunks[taken] = chunk.subarray(here);
    }
    this.#chunks.splice(0, taken);
    this.#ownChunks = Math.max(0, this.#ownChunks - taken);
    this.#first = joined;
    this.#firstIsOwn = true;
    this.#at = 0;
  }
}
