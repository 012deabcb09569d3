const slotsMax = 64;
const slotMask = slotsMax - 1;

/**
 * A jump back by more than this starts the series anew: one packet with a wild timestamp must not stop the clock
 * for the rest of a capture.
 */
export const restartBehindSeconds = 300;

/** Counts per second of the last 60 s, for rates over windows that end now. No allocation after construction. */
export class RateRing {
  readonly #slots = new Uint32Array(slotsMax);
  #newest = -1;

  /** Counts happenings in the given second (whole epoch seconds). */
  add(second: number, times = 1): void {
    if (second !== this.#newest) {
      if (second > this.#newest) this.#advance(second);
      else if (second <= this.#newest - restartBehindSeconds) this.#restart(second);
      else if (second <= this.#newest - slotsMax) return;
    }
    const slot = second & slotMask;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + times;
  }

  /**
   * Happenings per second in the `windowSeconds` (at most 60) before `nowUs`. The second that the window only partly
   * covers counts by that part; before a whole window has passed since `sinceUs`, the time that has passed divides.
   */
  perSecond(nowUs: number, windowSeconds: number, sinceUs: number): number {
    const now = Math.floor(nowUs / 1_000_000);
    if (this.#newest < 0 || now - windowSeconds > this.#newest) return 0;
    let sum = 0;
    for (let second = now - windowSeconds + 1; second <= now; second++) sum += this.#at(second);
    const covered = 1 - (nowUs / 1_000_000 - now);
    sum += this.#at(now - windowSeconds) * covered;
    const passedSeconds = Math.max(1, (nowUs - sinceUs) / 1_000_000);
    return sum / Math.min(windowSeconds, passedSeconds);
  }

  #at(second: number): number {
    if (second > this.#newest || second <= this.#newest - slotsMax) return 0;
    return this.#slots[second & slotMask] ?? 0;
  }

  #advance(second: number): void {
    if (this.#newest < 0) {
      this.#restart(second);
      return;
    }
    const from = Math.max(this.#newest + 1, second - slotsMax + 1);
    for (let cleared = from; cleared <= second; cleared++) this.#slots[cleared & slotMask] = 0;
    this.#newest = second;
  }

  #restart(second: number): void {
    this.#slots.fill(0);
    this.#newest = second;
  }
}
