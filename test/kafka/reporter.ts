/** Prints one line a check and counts them; the last line is what scripts read. */
export class Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  readonly #failures: string[] = [];

  /** True while nothing has failed. */
  get clean(): boolean {
    return this.#failed === 0;
  }

  /** One check. `detail` says what was found, and is printed either way. */
  check(name: string, passed: boolean, detail = ''): void {
    this.count(name, passed, detail);
    if (passed) {
      this.#print('ok  ', name, detail);
    }
  }

  /** One check of many alike, shown elsewhere in a table: it is printed only when it fails. */
  count(name: string, passed: boolean, detail = ''): void {
    if (passed) {
      this.#passed += 1;
      return;
    }
    this.#failed += 1;
    this.#failures.push(name);
    this.#print('FAIL', name, detail);
  }

  /** A check that could not be made here, with the reason. */
  skip(name: string, reason: string): void {
    this.#skipped += 1;
    this.#print('skip', name, reason);
  }

  /** What is not here to be tested: skipped aloud, or, where everything must run, a failure. */
  absent(name: string, reason: string): void {
    if (process.env.KAFKA_SCOPE_REQUIRE_KAFKA === '1' || process.env.CI === 'true') {
      this.check(`${name} can be tested`, false, reason);
    } else {
      this.skip(name, reason);
    }
  }

  /** A line that is no check. */
  note(text: string): void {
    console.log(`     ${text}`);
  }

  /** Prints the totals and gives the exit code. */
  finish(): number {
    // A log is read from its end, where hundreds of good lines may stand between a failure and the count.
    for (const name of this.#failures) {
      console.log(`failed: ${name}`);
    }
    const skipped = this.#skipped === 0 ? '' : `, ${this.#skipped} skipped`;
    console.log(`${this.#passed} passed, ${this.#failed} failed${skipped}`);
    return this.#failed === 0 ? 0 : 1;
  }

  #print(word: string, name: string, detail: string): void {
    console.log(`${word} ${name}${detail === '' ? '' : `: ${detail}`}`);
  }
}
