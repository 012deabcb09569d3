import { CaptureError } from './capture-error.ts';
import type { LimitCounter } from './limits.ts';

/**
 * The damaged places of a file that is read on behind them. The first one is described; of the rest only their number
 * and the bytes they cost matter.
 */
export class DamageTally {
  #first: CaptureError | null = null;
  #places = 0;
  #skippedBytes = 0;
  readonly #placesMax: number;
  readonly #counter: LimitCounter;

  constructor(placesMax: number, counter: LimitCounter) {
    this.#placesMax = placesMax;
    this.#counter = counter;
  }

  /** A place where the file contradicts itself. Throws the error where there were too many before it. */
  found(error: CaptureError): void {
    if (this.#places >= this.#placesMax) {
      this.#counter.reached('damagedPlacesMax');
      throw error;
    }
    this.#first ??= error;
    this.#places += 1;
  }

  /** Bytes stepped over in search of what can be read. */
  skipped(byteCount: number): void {
    this.#skippedBytes += byteCount;
  }

  /** Tells of the damage, when there was any. `restIsLost`: nothing readable followed the last place. */
  tell(restIsLost: boolean): void {
    const first = this.#first;
    if (first === null) return;
    if (restIsLost && this.#places === 1) throw first;
    const places = this.#places === 1 ? 'reading went on' : `${this.#places} places like it, and reading went on`;
    const rest = restIsLost ? ', up to the last, behind which nothing can be read' : '';
    throw new CaptureError(
      'KS_CAPTURE_DAMAGED',
      `${first.message.split(' and reading stops')[0]}; ${this.#skippedBytes} bytes were stepped over (${places} behind the damage${rest}): copy the file again from where it was captured`,
      first.offset === null ? {} : { offset: first.offset },
    );
  }
}
