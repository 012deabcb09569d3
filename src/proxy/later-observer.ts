import type { TrafficEvent } from '../exchange/event.ts';
import type { SkippedRow } from '../metrics/skipped-traffic.ts';
import type { ConnectionId, EngineInput } from '../wire/segment.ts';
import { nowUs } from './clock.ts';
import type { ProxyObserver } from './connection-context.ts';
import type { LookBudget } from './look-budget.ts';

/** How long what was observed waits: long enough that the timer costs less than it saves, too short to be noticed. */
const waitMs = 5;

/** Room for the bytes that wait, of all connections. */
export const waitingBytesMax = 256 * 1024;

/** Longer segments are looked at on the spot: looking at them takes long in any case, copying would come on top. */
export const segmentBytesMax = 4 * 1024;

/** So many segments of a connection are looked at on the spot: they tell who it is, which is true from there on. */
export const firstSegmentsMax = 32;

/** So many inputs wait at most. */
export const waitingInputsMax = 2048;

/**
 * Lets the observer look a little later at what is small, and before anything else that happens: the order stays. A peer that was just written to
 * is often woken on the processor we run on, and waits for us to sleep: looking right after a write makes it wait for
 * the look, at 20 µs a request when the traffic is thin. Looking at several at a time costs less, too.
 */
export class LaterObserver implements ProxyObserver {
  readonly #observer: ProxyObserver;
  readonly #looking: LookBudget;
  readonly #room = new Uint8Array(waitingBytesMax);
  #waiting: EngineInput[] = [];
  /** Connections that are young, and how many segments they had. */
  readonly #young = new Map<ConnectionId, number>();
  #used = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(observer: ProxyObserver, looking: LookBudget) {
    this.#observer = observer;
    this.#looking = looking;
  }

  receive(input: EngineInput): void {
    if (input.kind === 'segment') {
      const { bytes } = input;
      const { length } = bytes;
      if (length <= segmentBytesMax && !this.#isYoung(input.connection)) {
        if (length > waitingBytesMax - this.#used) this.flush();
        this.#room.set(bytes, this.#used);
        const copy = this.#room.subarray(this.#used, this.#used + length);
        this.#used += length;
        this.#wait({ ...input, bytes: copy });
        return;
      }
    } else if (input.kind === 'skipped' && this.#waiting.length > 0) {
      this.#wait(input);
      return;
    }
    if (input.kind === 'opened') this.#young.set(input.connection, 0);
    else if (input.kind === 'closed') this.#young.delete(input.connection);
    this.flush();
    this.#observer.receive(input);
  }

  event(event: TrafficEvent): void {
    this.flush();
    this.#observer.event(event);
  }

  skipped(row: SkippedRow, atUs: number): void {
    this.#observer.skipped?.(row, atUs);
  }

  /** Hands on everything that waits. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const input of waiting) this.#observer.receive(input);
    this.#used = 0;
  }

  /** Counts a segment, and says whether it is among the first of its connection. */
  #isYoung(connection: ConnectionId): boolean {
    const segments = this.#young.get(connection);
    if (segments === undefined) return false;
    if (segments + 1 < firstSegmentsMax) this.#young.set(connection, segments + 1);
    else this.#young.delete(connection);
    return true;
  }

  #wait(input: EngineInput): void {
    if (this.#waiting.length === 0) this.#schedule();
    this.#waiting.push(input);
    if (this.#waiting.length >= waitingInputsMax) this.flush();
  }

  #schedule(): void {
    if (this.#timer === null) this.#timer = setTimeout(this.#look, waitMs);
    else this.#timer.refresh();
  }

  readonly #look = (): void => {
    const fromUs = nowUs();
    this.flush();
    this.#looking.spent(fromUs, nowUs());
  };
}
