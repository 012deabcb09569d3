import { setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow between two full collections, in percent of what was alive. V8 lets it grow fourfold where
 * the machine has memory to spare, so that a capture of many connections would take six times what it needs.
 */
const growingPercent = 20;

/** For the rest of this process: memory stays near what is in use. Called before a capture of any size is read. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
