/** Decides when a limit that is reached again and again is told: each time the count has doubled. */
export class LimitAlarm {
  /** How often the limit was reached, as far as was said here. */
  count = 0;
  #next = 1;

  /** The limit was reached `count` times by now; true when that is to be told. */
  rings(count: number): boolean {
    this.count = count;
    if (count < this.#next) return false;
    this.#next = count * 2;
    return true;
  }
}
