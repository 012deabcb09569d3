import { nowUs } from '../../proxy/clock.ts';
import type { ObservationReader } from './observation-reader.ts';
import type { SharedState } from './shared-state.ts';

/** Read from one ring before the next has its turn. */
const turnBytes = 256 * 1024;

/** Longest that reading keeps the thread from its other work at a time. */
const sliceUs = 4_000;

/** Pause between two looks while there is traffic: a wake-up for each message would cost both threads more. */
const pauseMs = 4;

/** Rest after a slice where the threads that serve clients need the processors: a third of the time is for looking. */
const restMs = 2 * (sliceUs / 1000);

/** Empty looks in a row before the reader sleeps and has itself woken. */
const emptyLooksMax = 25;

/** Reads all rings in slices, and sleeps where there is nothing to read. */
export class ObservationPump {
  readonly #readers = new Set<ObservationReader>();
  readonly #state: SharedState;
  #emptyLooks = 0;
  #sleeping = false;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  readonly #rests: boolean;
  #stopped = false;

  /** `rests`: there is no processor to spare for reading, so that it takes a share of the time only. */
  constructor(state: SharedState, options: { readonly rests: boolean }) {
    this.#state = state;
    this.#rests = options.rests;
  }

  add(reader: ObservationReader): void {
    this.#readers.add(reader);
    if (this.#timer === null && this.#immediate === null) this.#look();
  }

  /** Reads a ring to its end, which is near: its writer is no more. */
  finish(reader: ObservationReader): void {
    while (reader.read(Number.POSITIVE_INFINITY));
    this.#readers.delete(reader);
  }

  /** A writer found the reader asleep. */
  wake(): void {
    if (!this.#sleeping) return;
    this.#sleeping = false;
    this.#emptyLooks = 0;
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
  }

  readonly #look = (): void => {
    this.#timer = null;
    this.#immediate = null;
    if (this.#stopped) return;
    const untilUs = nowUs() + sliceUs;
    let found = this.#round();
    while (found === 'more' && nowUs() < untilUs) found = this.#round();
    if (found === 'more') {
      if (this.#rests) this.#timer = setTimeout(this.#look, restMs);
      else this.#immediate = setImmediate(this.#look);
      return;
    }
    this.#emptyLooks = found === 'nothing' ? this.#emptyLooks + 1 : 0;
    if (this.#emptyLooks > emptyLooksMax && this.#fallsAsleep()) return;
    this.#timer = setTimeout(this.#look, pauseMs);
  };

  /** True where nothing came in until whoever writes next can see that the reader must be woken. */
  #fallsAsleep(): boolean {
    this.#state.sleep();
    this.#sleeping = this.#round() === 'nothing';
    if (!this.#sleeping) this.#state.awake();
    return this.#sleeping;
  }

  #round(): 'more' | 'some' | 'nothing' {
    let found: 'more' | 'some' | 'nothing' = 'nothing';
    for (const reader of this.#readers) {
      const before = reader.entries;
      if (reader.read(turnBytes)) found = 'more';
      else if (found === 'nothing' && reader.entries !== before) found = 'some';
    }
    return found;
  }
}
