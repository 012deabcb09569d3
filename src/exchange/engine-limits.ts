import { searchBytesMax, undecidedPlacesMax } from '../wire/frame-search.ts';
import { backlogEventsMax } from '../wire/frame-splitter.ts';
import { LimitAlarm } from './limit-alarm.ts';
import {
  answerDepthMax,
  apisOfferedMax,
  fetchSessionsMax,
  inFlightMax,
  layoutsMax,
  offersKeptMax,
  partitionsPerSessionMax,
  producerIdsMax,
  rawTokensMax,
  searchWalkedBytesMax,
  sessionPartitionsMax,
  topicIdsMax,
} from './limits.ts';

/** Every limit of the engine that is told by an event, with its size; `assembledBytesMax` is given by whoever runs it. */
const sizes = {
  inFlightMax,
  rawTokensMax,
  answerDepthMax,
  fetchSessionsMax,
  sessionPartitionsMax,
  partitionsPerSessionMax,
  topicIdsMax,
  producerIdsMax,
  offersKeptMax,
  apisOfferedMax,
  layoutsMax,
  searchBytesMax,
  undecidedPlacesMax,
  searchWalkedBytesMax,
  backlogEventsMax,
} as const;

/** A limit of the engine by its name. */
export type EngineLimitName = keyof typeof sizes | 'assembledBytesMax';

const sessionLimits: readonly EngineLimitName[] = [
  'fetchSessionsMax',
  'sessionPartitionsMax',
  'partitionsPerSessionMax',
];

/** A limit that is to be told now: how often it was reached, and the event that says so. */
export interface ReachedLimit {
  readonly limit: EngineLimitName;
  readonly count: number;
  readonly event: 'session-limit' | 'engine-limit';
  readonly max: number;
}

/**
 * How often each limit of the engine was reached. Whoever reaches one says so here and goes on; the engine tells it
 * with the input at hand, each time the count has doubled. What never reaches a limit costs nothing.
 */
export class EngineLimits {
  /** Names of the limits that are told here. */
  static readonly names: readonly string[] = ['assembledBytesMax', ...Object.keys(sizes)];
  readonly #alarms = new Map<EngineLimitName, LimitAlarm>();
  readonly #untold: (keyof typeof sizes)[] = [];

  /** True when `next` has something to tell. */
  get isRinging(): boolean {
    return this.#untold.length > 0;
  }

  /** The limit was reached once more; it is told when its count has doubled. */
  reach(limit: keyof typeof sizes): void {
    this.follow(limit, this.count(limit) + 1);
  }

  /** A limit that is counted elsewhere was reached `count` times by now. */
  follow(limit: keyof typeof sizes, count: number): void {
    if (count > this.count(limit) && this.rings(limit, count) && !this.#untold.includes(limit))
      this.#untold.push(limit);
  }

  /** The same for whoever tells it: true when that is due. */
  rings(limit: EngineLimitName, count: number = this.count(limit) + 1): boolean {
    let alarm = this.#alarms.get(limit);
    if (alarm === undefined) {
      alarm = new LimitAlarm();
      this.#alarms.set(limit, alarm);
    }
    return alarm.rings(count);
  }

  /** How often a limit was reached. */
  count(limit: EngineLimitName): number {
    return this.#alarms.get(limit)?.count ?? 0;
  }

  /** The next limit to tell, each once; undefined when all are told. */
  next(): ReachedLimit | undefined {
    const limit = this.#untold.shift();
    if (limit === undefined) return undefined;
    const event = sessionLimits.includes(limit) ? 'session-limit' : 'engine-limit';
    return { limit, count: this.count(limit), event, max: sizes[limit] };
  }

  /** The counts of all limits that were reached, by name, in the order they were first reached. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [limit, { count }] of this.#alarms) if (count > 0) counts[limit] = count;
    return counts;
  }
}
