import type { LimitCounter } from '../limits.ts';

/** Bytes that all TLS connections of a capture hold together: records, hellos and handshakes that are not whole yet. */
export class TlsBudget {
  readonly #bytesMax: number;
  readonly #counter: LimitCounter;
  #bytes = 0;

  constructor(bytesMax: number, counter: LimitCounter) {
    this.#bytesMax = bytesMax;
    this.#counter = counter;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A connection holds so much more than before, or less. False where that is too much for all together. */
  change(byteCount: number): boolean {
    this.#bytes += byteCount;
    if (byteCount <= 0 || this.#bytes <= this.#bytesMax) return true;
    this.#counter.reached('tlsHeldBytesMax');
    return false;
  }
}
