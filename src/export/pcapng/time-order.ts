import type { RecordingEntry } from './types.ts';

/** What an entry costs beside its bytes, so that many small ones are bounded too. */
const entryOverheadBytes = 256;

interface Waiting {
  readonly entry: RecordingEntry;
  readonly atUs: number;
  /** Breaks ties: opening, requests in order, responses in order, end. */
  readonly rank: number;
  readonly order: number;
}

/**
 * Puts entries in order of time. Whether an exchange is wanted is known only with its response, so its request comes
 * late; entries wait here, in a heap, until more bytes than `bytesMax` do. A frame's time is that of its last byte, as
 * in a live recording.
 */
export class TimeOrder {
  readonly #bytesMax: number;
  readonly #heap: Waiting[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** `order` tells entries of one time and direction apart: requests by number, responses as they came. */
  add(entry: RecordingEntry, order: number): void {
    const atUs = entry.kind === 'message' ? entry.lastByteUs : entry.atUs;
    this.#bytes += costOf(entry);
    this.#heap.push({ entry, atUs, rank: rankOf(entry), order });
    this.#rise(this.#heap.length - 1);
  }

  /** The oldest entry, once more waits than may; undefined while there is room. */
  next(): RecordingEntry | undefined {
    return this.#bytes > this.#bytesMax ? this.last() : undefined;
  }

  /** The oldest entry; undefined when none is left. */
  last(): RecordingEntry | undefined {
    const first = this.#heap[0];
    const end = this.#heap.pop();
    if (first === undefined || end === undefined) return undefined;
    if (this.#heap.length > 0) {
      this.#heap[0] = end;
      this.#sink();
    }
    this.#bytes -= costOf(first.entry);
    return first.entry;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapUnlessOrdered(parent, at)) return;
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#swapUnlessOrdered(at, child)) return;
      at = child;
    }
  }

  #swapUnlessOrdered(upper: number, lower: number): boolean {
    if (!this.#isBefore(lower, upper)) return false;
    const above = this.#heap[upper] as Waiting;
    this.#heap[upper] = this.#heap[lower] as Waiting;
    this.#heap[lower] = above;
    return true;
  }

  #isBefore(first: number, second: number): boolean {
    const a = this.#heap[first] as Waiting;
    const b = this.#heap[second] as Waiting;
    if (a.atUs !== b.atUs) return a.atUs < b.atUs;
    return a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;
  }
}

function rankOf(entry: RecordingEntry): number {
  if (entry.kind === 'opened') return 0;
  if (entry.kind === 'closed') return 3;
  return entry.from === 'client' ? 1 : 2;
}

function costOf(entry: RecordingEntry): number {
  return entryOverheadBytes + (entry.kind === 'message' ? entry.bytes.length : 0);
}
