import { LimitAlarm } from './limit-alarm.ts';

/** A limit that is to be told now, its size, and how often it was reached. */
export interface ReachedLimit<Name extends string> {
  readonly limit: Name;
  readonly count: number;
  readonly max: number;
}

/**
 * How often each of a room's limits was reached. Whoever reaches one says so here and goes on; the room tells it with
 * the input at hand, each time the count has doubled. What never reaches a limit costs nothing.
 */
export class LimitBook<Name extends string> {
  readonly #sizes: Readonly<Record<Name, number>>;
  readonly #alarms = new Map<Name, LimitAlarm>();
  readonly #untold: Name[] = [];

  /** `sizes`: every limit of the room by its name. */
  constructor(sizes: Readonly<Record<Name, number>>) {
    this.#sizes = sizes;
  }

  /** Names of all limits, reached or not. */
  get names(): readonly string[] {
    return Object.keys(this.#sizes);
  }

  /** True when `next` has something to tell. */
  get isRinging(): boolean {
    return this.#untold.length > 0;
  }

  /** The limit was reached once more; it is told when its count has doubled. */
  reach(limit: Name): void {
    this.follow(limit, this.count(limit) + 1);
  }

  /** A limit that is counted elsewhere was reached `count` times by now. */
  follow(limit: Name, count: number): void {
    if (count > this.count(limit) && this.rings(limit, count) && !this.#untold.includes(limit))
      this.#untold.push(limit);
  }

  /** The same for whoever tells it: true when that is due. */
  rings(limit: Name, count: number = this.count(limit) + 1): boolean {
    let alarm = this.#alarms.get(limit);
    if (alarm === undefined) {
      alarm = new LimitAlarm();
      this.#alarms.set(limit, alarm);
    }
    return alarm.rings(count);
  }

  /** How often a limit was reached. */
  count(limit: Name): number {
    return this.#alarms.get(limit)?.count ?? 0;
  }

  /** The next limit to tell, each once; undefined when all are told. */
  next(): ReachedLimit<Name> | undefined {
    const limit = this.#untold.shift();
    return limit === undefined ? undefined : { limit, count: this.count(limit), max: this.#sizes[limit] };
  }

  /** The counts of all limits that were reached, by name, in the order they were first reached. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [limit, { count }] of this.#alarms) if (count > 0) counts[limit] = count;
    return counts;
  }
}
