import type { HeldBytes } from './held-bytes.ts';

/** Frames up to this size are copied on by whoever forwards them (`gathered-output.ts`), so one room serves them all. */
const scratchBytes = 16 * 1024;

const scratch = new Uint8Array(scratchBytes);

/** Memory for rewritten frames: made anew for each, they would keep the garbage collector busier than the traffic. */
export class SpliceRoom {
  readonly #held: HeldBytes;
  #lent: Uint8Array | null = null;
  readonly #inUse: Uint8Array[] = [];

  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** Memory of exactly so many bytes for one frame, until `forwarded`. */
  readonly allocate = (bytes: number): Uint8Array => {
    if (bytes <= scratchBytes) return scratch.subarray(0, bytes);
    const lent = this.#held.take(bytes);
    if (lent === null) return new Uint8Array(bytes);
    this.#lent = lent;
    return lent.subarray(0, bytes);
  };

  /** The frame went on; `free` when nobody looks at its memory any more, otherwise it is in use until `release`. */
  forwarded(free: boolean): void {
    const lent = this.#lent;
    this.#lent = null;
    if (lent === null) return;
    if (free) this.#held.giveBack(lent);
    else this.#inUse.push(lent);
  }

  /** No write is under way any more. */
  release(): void {
    for (let lent = this.#inUse.pop(); lent !== undefined; lent = this.#inUse.pop()) this.#held.giveBack(lent);
  }
}
