/** What a place in a stream is: the beginning of a frame, none, or undecided until more of it is there. */
export type FrameVerdict = 'sure' | 'no' | 'undecided';

/** Judges whether a frame begins at `at`; `segmentStart`: a packet's payload began there. */
export type FrameJudge = (window: Uint8Array, at: number, segmentStart: boolean) => FrameVerdict;

/** Bytes kept while the next frame is looked for; the older half goes when they are too many. */
export const searchBytesMax = 262_144;

/** Undecided places kept in mind; beyond it the oldest is given up. */
export const undecidedPlacesMax = 64;

/** How often searches reached each of their limits; one object counts for all searches of an engine. */
export class SearchCounts {
  searchBytesMax = 0;
  undecidedPlacesMax = 0;
  searchWalkedBytesMax = 0;
}

/** A size prefix and the four bytes every message has at least. */
const frameBytesMin = 8;

/** Bytes of one packet behind a loss, and their arrival. */
export interface SearchPiece {
  readonly bytes: Uint8Array;
  readonly atUs: number;
}

/**
 * Looks for the next sure frame in one direction of a connection after a loss: neither frames nor packets need begin
 * where the other does, so every place is asked about once, and undecided ones again when more has come.
 */
export class FrameSearch {
  readonly #judge: FrameJudge;
  readonly #counts: SearchCounts;
  #buffer: Uint8Array = new Uint8Array(4_096);
  /** The part of the buffer that is in use. */
  #window: Uint8Array = this.#buffer.subarray(0, 0);
  #pieces: { readonly start: number; readonly atUs: number }[] = [];
  #undecided: number[] = [];
  /** Places before it were judged. */
  #judgedTo = 0;
  #found = -1;
  /** Bytes passed over so far, without those that are lost. */
  skippedBytes = 0;

  constructor(judge: FrameJudge, counts: SearchCounts = new SearchCounts()) {
    this.#judge = judge;
    this.#counts = counts;
  }

  /** Takes the bytes of a packet; true when a frame was found: `take` then gives the bytes from its beginning on. */
  receive(bytes: Uint8Array, atUs: number): boolean {
    const start = this.#window.length;
    const needed = start + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#window);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, start);
    this.#window = this.#buffer.subarray(0, needed);
    this.#pieces.push({ start, atUs });
    if (this.#askAgain() || this.#askOn()) return true;
    if (this.#window.length > searchBytesMax) {
      this.#counts.searchBytesMax += 1;
      this.#forget(this.#window.length - searchBytesMax / 2);
    }
    return false;
  }

  /** Another loss: nothing from before it can be continued. */
  gap(): void {
    this.#forget(this.#window.length);
    this.#undecided = [];
  }

  /** The bytes from the found frame on, in the pieces they came in. */
  take(): readonly SearchPiece[] {
    const found = Math.max(0, this.#found);
    this.skippedBytes += found;
    const pieces: SearchPiece[] = [];
    this.#pieces.forEach(({ start, atUs }, index) => {
      const end = this.#pieces[index + 1]?.start ?? this.#window.length;
      if (end > found) pieces.push({ bytes: this.#window.subarray(Math.max(start, found), end), atUs });
    });
    return pieces;
  }

  #askAgain(): boolean {
    const still: number[] = [];
    for (const at of this.#undecided) {
      const verdict = this.#judge(this.#window, at, this.#isSegmentStart(at));
      if (verdict === 'sure') {
        this.#found = at;
        return true;
      }
      if (verdict === 'undecided') still.push(at);
    }
    this.#undecided = still;
    return false;
  }

  #askOn(): boolean {
    const last = this.#window.length - frameBytesMin;
    for (; this.#judgedTo <= last; this.#judgedTo += 1) {
      const at = this.#judgedTo;
      const verdict = this.#judge(this.#window, at, this.#isSegmentStart(at));
      if (verdict === 'sure') {
        this.#found = at;
        return true;
      }
      if (verdict === 'no') continue;
      this.#undecided.push(at);
      if (this.#undecided.length <= undecidedPlacesMax) continue;
      this.#counts.undecidedPlacesMax += 1;
      this.#undecided.shift();
    }
    return false;
  }

  #isSegmentStart(at: number): boolean {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const start = this.#pieces[middle]?.start ?? 0;
      if (start === at) return true;
      if (start < at) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  #forget(count: number): void {
    this.skippedBytes += count;
    this.#buffer.copyWithin(0, count, this.#window.length);
    this.#window = this.#buffer.subarray(0, this.#window.length - count);
    this.#judgedTo = Math.max(0, this.#judgedTo - count);
    this.#undecided = this.#undecided.filter((at) => at >= count).map((at) => at - count);
    const kept = this.#pieces.filter(({ start }, index) => {
      const end = this.#pieces[index + 1]?.start ?? Number.POSITIVE_INFINITY;
      return end > count && start < count + this.#window.length;
    });
    this.#pieces = kept.map(({ start, atUs }) => ({ start: Math.max(0, start - count), atUs }));
  }
}
