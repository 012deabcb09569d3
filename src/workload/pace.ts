import { setTimeout as wait } from 'node:timers/promises';
import type { SeededRandom } from './seeded-random.ts';

/** When an actor acts: pauses around a mean, drawn from its seed, shorter at a higher rate, cut short at the end. */
export class Pace {
  readonly #random: SeededRandom;
  readonly #scale: number;
  readonly #signal: AbortSignal;

  /** `scale` multiplies every pause: 0.5 makes the workload twice as busy. */
  constructor(random: SeededRandom, scale: number, signal: AbortSignal) {
    this.#random = random;
    this.#scale = scale;
    this.#signal = signal;
  }

  get stopped(): boolean {
    return this.#signal.aborted;
  }

  /** Waits half to one and a half times `meanMs`, scaled by the rate. */
  async pause(meanMs: number): Promise<void> {
    await this.wait(meanMs * this.#scale * (0.5 + this.#random.next()));
  }

  /** Waits that long whatever the rate. */
  async wait(delayMs: number): Promise<void> {
    await wait(delayMs, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
