import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow between two full collections, in percent of what was alive. V8 lets it grow fourfold where
 * the machine has memory to spare, so that a capture of many connections would take six times what it needs.
 */
const growingPercent = 20;

/**
 * A heap below this may grow as it likes: there is nothing to save yet, and on a capture that needs little memory
 * one full collection for every few megabytes would take a fifth of the time.
 */
export const smallHeapBytesMax = 64 * 1024 * 1024;

/** For the rest of this process: memory stays near what is in use. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}

/** Keeps the heap small from the time on when it is large enough for that to matter. */
export class HeapGrowth {
  #kept = false;

  /** To be called now and then; costs a microsecond or two. */
  look(heapBytes: number = getHeapStatistics().used_heap_size): void {
    if (this.#kept || heapBytes < smallHeapBytesMax) return;
    this.#kept = true;
    keepHeapSmall();
  }

  /** Whether it is being kept small. */
  get kept(): boolean {
    return this.#kept;
  }
}
