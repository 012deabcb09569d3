import type { CaptureLimits, LimitCounter } from './limits.ts';
import { type HeldInput, heldCost } from './traffic-track.ts';

/**
 * Keeps what recognised connections say in the order of the capture while the connection at the head is undecided.
 * It waits for one for `undecidedWaitUsMax` of capture time, then sets it aside: what that one said is told when its
 * endpoint turns out to be Kafka, late but whole.
 */
export class OrderedOutput {
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #tell: (input: HeldInput) => void;
  readonly #setAside: (input: HeldInput) => void;
  #queue: HeldInput[] = [];
  #taken = 0;
  #bytes = 0;

  constructor(
    limits: CaptureLimits,
    counter: LimitCounter,
    tell: (input: HeldInput) => void,
    setAside: (input: HeldInput) => void,
  ) {
    this.#limits = limits;
    this.#counter = counter;
    this.#tell = tell;
    this.#setAside = setAside;
  }

  get empty(): boolean {
    return this.#taken === this.#queue.length;
  }

  push(input: HeldInput): void {
    this.#queue.push(input);
    this.#bytes += heldCost(input);
  }

  /** Tells or sets aside what may go at `nowUs`. */
  drain(nowUs: number): void {
    while (this.#taken < this.#queue.length) {
      const input = this.#queue[this.#taken] as HeldInput;
      if (!input.track.kafka && !this.#stopWaiting(input, nowUs)) break;
      this.#taken += 1;
      this.#bytes -= heldCost(input);
      if (input.track.kafka) this.#tell(input);
      else this.#setAside(input);
    }
    if (this.#taken === this.#queue.length) {
      if (this.#taken > 0) this.#queue = [];
      this.#taken = 0;
    } else if (this.#taken > 1024 && this.#taken * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
  }

  #stopWaiting(input: HeldInput, nowUs: number): boolean {
    const track = input.track;
    if (track.aside) return true;
    if (this.#bytes > this.#limits.orderedBytesMax) {
      this.#counter.reached('orderedBytesMax');
      track.aside = true;
    } else if (nowUs - input.atUs > this.#limits.undecidedWaitUsMax) {
      track.aside = true;
      track.waitedLong = true;
    }
    return track.aside;
  }
}
