/**
 * Runs every contender once a round, so that a slow minute of a shared machine falls on all of them. The order turns
 * by one each round: nobody always runs behind the same neighbour.
 */
export async function interleave<Contender>(
  contenders: readonly Contender[],
  rounds: number,
  run: (contender: Contender, round: number) => Promise<void> | void,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round) % contenders.length];
      if (contender !== undefined) {
        await run(contender, round);
      }
    }
  }
}

/** Values by contender and measure. */
export class Measurements {
  readonly #values = new Map<string, number[]>();

  /** Remembers one round's value. */
  add(contender: string, measure: string, value: number): void {
    const key = `${contender}\n${measure}`;
    const values = this.#values.get(key);
    if (values === undefined) {
      this.#values.set(key, [value]);
    } else {
      values.push(value);
    }
  }

  /** All rounds of one contender and measure. */
  of(contender: string, measure: string): readonly number[] {
    return this.#values.get(`${contender}\n${measure}`) ?? [];
  }
}
