const wordsPerRange = 5;

/** What went by unseen in front of something that is looked at. */
export interface SkippedBefore {
  readonly frames: number;
  readonly bytes: number;
  /** When its last byte was read. */
  readonly atUs: number;
}

/**
 * Which bytes of one direction are shown to the inspector: those of the frames that are looked at. It is told where
 * frames begin in the chunk at hand; a frame goes on over chunks as it began.
 *
 *     chunk  ──looked──┬──skipped──┬──looked── …      frames and bytes skipped are told with the range behind them
 */
export class LookedRanges {
  /** Of each range: where it begins and ends; frames and bytes skipped in front of it, and when their last byte came. */
  readonly #words: number[] = [];
  /** Words in use: the array keeps its length, since an emptied one would be made anew for every chunk. */
  #used = 0;
  #skipping = false;
  #from = 0;
  #atUs = 0;
  #beforeUs = 0;
  /** Skipped since the last range that was closed. */
  #frames = 0;
  #bytes = 0;
  #skippedUs = 0;

  /** Bytes of earlier chunks, kept back until it was known that they are looked at; they come before all ranges. */
  prefix: Uint8Array | null = null;
  prefixUs = 0;
  /** What was skipped in front of them. */
  prefixBehind: SkippedBefore | null = null;

  /** A chunk was read. */
  begin(atUs: number): void {
    this.#used = 0;
    this.prefix = null;
    this.prefixBehind = null;
    this.#from = 0;
    this.#beforeUs = this.#atUs;
    this.#atUs = atUs;
  }

  /** Nobody is to see what follows from `at` on until `look`; `frameBytes` are counted as skipped. */
  skip(at: number, frameBytes: number): void {
    this.withhold(at);
    this.#frames += 1;
    this.#bytes += frameBytes;
  }

  /** Like `skip` while it is not known yet which request the frame answers. */
  withhold(at: number): void {
    if (this.#skipping) return;
    this.#skipping = true;
    this.#close(at);
  }

  /** What follows from `at` on is looked at. */
  look(at: number): void {
    if (!this.#skipping) return;
    this.#skipping = false;
    this.#from = at;
    this.#skippedUs = at > 0 ? this.#atUs : this.#beforeUs;
  }

  /** The same, with bytes that were withheld and came at `prefixUs`. */
  lookWith(prefix: Uint8Array, prefixUs: number, at: number): void {
    this.look(at);
    this.prefix = prefix;
    this.prefixUs = prefixUs;
    this.prefixBehind = this.takePending();
  }

  /** The chunk is over; after this its ranges can be read. */
  end(length: number): void {
    if (!this.#skipping) this.#close(length);
  }

  /** True when the whole chunk is looked at, and nothing was skipped since the one before. */
  wholeOf(length: number): boolean {
    const words = this.#words;
    if (this.#used !== wordsPerRange || this.prefix !== null) return false;
    return words[0] === 0 && words[1] === length && words[2] === 0;
  }

  /** True while what comes is not looked at. */
  get skipping(): boolean {
    return this.#skipping;
  }

  /** True when nothing of the chunk is looked at. */
  get none(): boolean {
    return this.#used === 0 && this.prefix === null;
  }

  get count(): number {
    return this.#used / wordsPerRange;
  }

  /** Bytes of the chunk that are looked at. */
  get bytes(): number {
    let bytes = 0;
    for (let range = 0; range < this.count; range += 1) bytes += this.toOf(range) - this.fromOf(range);
    return bytes;
  }

  fromOf(range: number): number {
    return this.#words[range * wordsPerRange] ?? 0;
  }

  toOf(range: number): number {
    return this.#words[range * wordsPerRange + 1] ?? 0;
  }

  /** What was skipped in front of a range; null for nothing. */
  behind(range: number): SkippedBefore | null {
    const at = range * wordsPerRange;
    const frames = this.#words[at + 2] ?? 0;
    return frames === 0 ? null : { frames, bytes: this.#words[at + 3] ?? 0, atUs: this.#words[at + 4] ?? 0 };
  }

  /** What was skipped behind the last range, once; null for nothing. */
  takePending(): SkippedBefore | null {
    if (this.#frames === 0) return null;
    const taken = { frames: this.#frames, bytes: this.#bytes, atUs: this.#skipping ? this.#atUs : this.#skippedUs };
    this.#frames = 0;
    this.#bytes = 0;
    return taken;
  }

  #close(at: number): void {
    if (at <= this.#from) return;
    const words = this.#words;
    const used = this.#used;
    words[used] = this.#from;
    words[used + 1] = at;
    words[used + 2] = this.#frames;
    words[used + 3] = this.#bytes;
    words[used + 4] = this.#skippedUs;
    this.#used = used + wordsPerRange;
    this.#frames = 0;
    this.#bytes = 0;
    this.#from = at;
  }
}
