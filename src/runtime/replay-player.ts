import type { ReplayClockFace } from '../store/snapshot.ts';
import type { EngineInput } from '../wire/segment.ts';
import { PacedInputs } from './paced-inputs.ts';
import type { ReplayClock } from './replay-clock.ts';
import type { ReplayAction } from './runtime.ts';

/** What a player needs of the world. */
export interface PlayerPorts {
  nowUs(): number;
  /** Calls back after so many milliseconds; returns what takes that back. */
  after(ms: number, callback: () => void): () => void;
  /** Gives an input to the session. */
  tell(input: EngineInput): void;
  /** Exchanges completed so far: a step ends when there is one more. */
  completed(): number;
}

/** Inputs told between two looks at the clock. */
const inputsPerTurn = 2_000;

/** Longest pause between two looks at a running clock, ms. */
const lookEveryMs = 50;

/**
 * Gives a capture's inputs to a session in the capture's own time. The reader pushes and is held by `paused` while
 * anything waits; commands move the clock.
 */
export class ReplayPlayer {
  readonly #clock: ReplayClock;
  readonly #ports: PlayerPorts;
  readonly #inputs = new PacedInputs();
  #firstUs: number | null = null;
  #lastUs: number | null = null;
  #ended = false;
  #stopped = false;
  /** Completed exchanges at which a step is over; null while none is taken. */
  #stepTo: number | null = null;
  #wake: (() => void) | null = null;

  constructor(clock: ReplayClock, ports: PlayerPorts) {
    this.#clock = clock;
    this.#ports = ports;
  }

  /** The reader has an input. */
  push(input: EngineInput): void {
    if (this.#stopped) return;
    this.#firstUs ??= input.atUs;
    if (this.#inputs.empty && this.#clock.unbounded) this.#tell(input);
    else this.#inputs.push(input);
  }

  /** A promise to wait for while inputs wait for their time; undefined when none does. */
  paused(): Promise<void> | undefined {
    this.#release();
    return this.#inputs.empty || this.#stopped ? undefined : this.#drained();
  }

  /** The capture is read to its end, and everything in it was told. */
  end(): void {
    this.#ended = true;
    this.#clock.arrived(this.#ports.nowUs());
  }

  /** Drops what waits and lets the reader go on: it is being stopped. */
  stop(): void {
    this.#stopped = true;
    this.#inputs.clear();
    this.#wake?.();
  }

  /** Moves the clock. True: the place wanted lies behind, the capture must be read anew by another player. */
  act(action: ReplayAction): boolean {
    const nowUs = this.#ports.nowUs();
    this.#stepTo = null;
    let again = false;
    switch (action.kind) {
      case 'play':
        this.#clock.play(nowUs);
        break;
      case 'pause':
        this.#clock.pause(nowUs);
        break;
      case 'step':
        this.#clock.pause(nowUs);
        this.#stepTo = this.#ports.completed() + 1;
        break;
      case 'speed':
        this.#clock.setSpeed(action.speed, nowUs);
        break;
      case 'seek':
        again = this.#clock.seek(action.toUs, nowUs);
        if (!again && this.#ended) this.#clock.arrived(nowUs);
        break;
      default:
        action satisfies never;
    }
    this.#wake?.();
    return again;
  }

  face(): ReplayClockFace {
    const atUs = this.#clock.positionUs(this.#ports.nowUs());
    const toUs = this.#ended ? this.#lastUs : null;
    return {
      playing: this.#clock.playing,
      speed: this.#clock.speed,
      fromUs: this.#firstUs,
      atUs: atUs !== null && toUs !== null ? Math.min(atUs, toUs) : atUs,
      toUs,
    };
  }

  #tell(input: EngineInput): void {
    this.#lastUs = Math.max(this.#lastUs ?? input.atUs, input.atUs);
    this.#ports.tell(input);
    this.#clock.happened(input.atUs, this.#ports.nowUs());
  }

  /** Tells what is due; a long stretch in several turns, so that the screen gets its own. */
  #release(): void {
    for (let told = 0; told < inputsPerTurn; told += 1) {
      const nextUs = this.#inputs.nextUs();
      if (nextUs === undefined) return;
      if (this.#stepTo === null && nextUs > this.#clock.dueUs(nextUs, this.#ports.nowUs())) {
        this.#clock.arrived(this.#ports.nowUs());
        return;
      }
      const input = this.#inputs.take();
      if (input !== undefined) this.#tell(input);
      if (this.#stepTo !== null && this.#ports.completed() >= this.#stepTo) this.#stepTo = null;
    }
  }

  async #drained(): Promise<void> {
    while (!this.#inputs.empty && !this.#stopped) {
      await this.#nextLook();
      this.#release();
    }
  }

  #nextLook(): Promise<void> {
    const nextUs = this.#inputs.nextUs();
    const nowUs = this.#ports.nowUs();
    if (nextUs === undefined) return Promise.resolve();
    const isDue = this.#stepTo !== null || nextUs <= this.#clock.dueUs(nextUs, nowUs);
    const waitMs = isDue ? 0 : this.#clock.waitMs(nextUs, nowUs);
    return new Promise((resolve) => {
      const cancel = waitMs === null ? () => undefined : this.#ports.after(Math.min(waitMs, lookEveryMs), () => wake());
      const wake = () => {
        cancel();
        this.#wake = null;
        resolve();
      };
      this.#wake = wake;
    });
  }
}
