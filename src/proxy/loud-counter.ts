/** Shortest time between two reports of the same thing. */
const reportEveryUs = 1_000_000;

/** Reports the first of many equal mishaps at once, and then at most once a second how many there were. */
export class LoudCounter {
  readonly #report: (count: number) => void;
  #total = 0;
  #reported = 0;
  #reportedAtUs = Number.NEGATIVE_INFINITY;

  /** `report` gets how many there have been since the last report. */
  constructor(report: (count: number) => void) {
    this.#report = report;
  }

  /** How many there have been in all. */
  get total(): number {
    return this.#total;
  }

  add(atUs: number): void {
    this.#total += 1;
    if (atUs - this.#reportedAtUs < reportEveryUs) return;
    this.#reportedAtUs = atUs;
    this.flush();
  }

  /** Reports what has not been reported yet. */
  flush(): void {
    const count = this.#total - this.#reported;
    if (count === 0) return;
    this.#reported = this.#total;
    this.#report(count);
  }
}
