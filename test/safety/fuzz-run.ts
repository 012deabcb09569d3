import { setImmediate } from 'node:timers/promises';
import { checkFrame, type FrameOutcome } from './frame-checks.ts';
import { frameSeeds, type MutatedFrame, mutate } from './mutators.ts';
import { SeededRandom } from './random.ts';
import { checkRecords, mutateRecords, recordSeeds } from './record-checks.ts';
import { FuzzedSession } from './session-checks.ts';

/** One in so many mutations is of a record set. */
const recordsEvery = 10;
/** Memory is looked at once in so many frames. */
const memoryEvery = 500;

/** What was done and seen. */
export interface FuzzReport {
  readonly frames: number;
  readonly recordSets: number;
  readonly outcomes: Readonly<Record<FrameOutcome, number>>;
  readonly lines: number;
  /** Most bytes in use above those of the start: heap, buffers and what codecs hold. */
  readonly grownBytesMax: number;
}

/** The first thing that broke a promise, with all that repeats it. */
export class FuzzFailure extends Error {
  constructor(seed: number, at: number, what: string, bytes: Uint8Array, cause: unknown) {
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(`seed ${seed}, mutation ${at}, ${what}: ${message}\n${Buffer.from(bytes).toString('hex')}`, { cause });
  }
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Mutates and checks `count` times; rejects with a `FuzzFailure` at the first broken promise. */
export async function fuzz(
  count: number,
  seed: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<FuzzReport> {
  const random = new SeededRandom(seed);
  const frames = frameSeeds();
  const sets = recordSeeds();
  const session = new FuzzedSession();
  const outcomes: Record<FrameOutcome, number> = { decoded: 0, truncated: 0, malformed: 0, unknown: 0 };
  const before = usedBytes();
  let grownBytesMax = 0;
  let recordSets = 0;
  for (let at = 0; at < count; at += 1) {
    if (at % recordsEvery === 0) {
      recordSets += 1;
      const set = mutateRecords(sets, random);
      guarded(seed, at, 'records', set, () => checkRecords(set));
    }
    const frame = mutate(frames, random);
    guarded(seed, at, describe(frame), frame.bytes, () => {
      outcomes[checkFrame(frame.bytes, frame.seed.type, frame.seed.apiKey, frame.seed.apiVersion)] += 1;
      session.say(frame);
    });
    if (at % memoryEvery === 0) {
      grownBytesMax = Math.max(grownBytesMax, usedBytes() - before);
      onProgress(at);
      // Node frees what its codecs hold when the event loop turns, as it does between two reads of a socket.
      await setImmediate();
    }
  }
  return { frames: count, recordSets, outcomes, lines: session.lines, grownBytesMax };
}

function describe({ seed, how }: MutatedFrame): string {
  return `${seed.name} (${how})`;
}

function guarded(seed: number, at: number, what: string, bytes: Uint8Array, check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new FuzzFailure(seed, at, what, bytes, cause);
  }
}
