import type { EngineInput } from '../wire/segment.ts';

/** What an input costs beside its bytes. */
const inputOverheadBytes = 200;

/**
 * Inputs of a capture that wait for their time. The reader is held while any waits, so that at most what it gives in
 * one go lies here: a slice of the file, and what the reordering of its connections let go with it.
 */
export class PacedInputs {
  #inputs: EngineInput[] = [];
  #taken = 0;
  #bytes = 0;

  get empty(): boolean {
    return this.#taken === this.#inputs.length;
  }

  /** Bytes that wait, overhead included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps an input, with a copy of its bytes: those belong to the reader. */
  push(input: EngineInput): void {
    const kept = input.kind === 'segment' ? { ...input, bytes: Uint8Array.from(input.bytes) } : input;
    this.#inputs.push(kept);
    this.#bytes += inputOverheadBytes + (kept.kind === 'segment' ? kept.bytes.length : 0);
  }

  /** Time of the next input; undefined when none waits. */
  nextUs(): number | undefined {
    return this.#inputs[this.#taken]?.atUs;
  }

  take(): EngineInput | undefined {
    const input = this.#inputs[this.#taken];
    if (input === undefined) return undefined;
    this.#taken += 1;
    this.#bytes -= inputOverheadBytes + (input.kind === 'segment' ? input.bytes.length : 0);
    if (this.empty) this.clear();
    return input;
  }

  clear(): void {
    this.#inputs = [];
    this.#taken = 0;
    this.#bytes = 0;
  }
}
