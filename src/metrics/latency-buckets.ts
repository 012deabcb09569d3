import { bucketFloor, type SavedHistogram } from './histogram.ts';
import type { BucketFigures } from './metrics-snapshot.ts';

/** Upper bounds of exported latencies, microseconds, inclusive: from a local answer to a stuck one. */
export const latencyBoundsUs: readonly number[] = Object.freeze([
  100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
  5_000_000, 10_000_000, 30_000_000,
]);

/** Upper bounds of the time the proxy adds, microseconds, inclusive: a proxy that needs more than 100 ms is ill. */
export const addedBoundsUs: readonly number[] = Object.freeze([
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
]);

/** Durations counted between the fixed bounds that exporters need; exact, unlike percentiles put together later. */
export class LatencyBuckets {
  readonly #counts = new Array<number>(latencyBoundsUs.length + 1).fill(0);
  #sumUs = 0;

  /** Counts one duration; negative ones (clocks that went back) count as 0. */
  record(us: number): void {
    const value = us > 0 ? us : 0;
    let at = 0;
    while (at < latencyBoundsUs.length && value > (latencyBoundsUs[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumUs += value;
  }

  /** Adds counts between the same bounds. */
  merge({ counts, sumUs }: BucketFigures): void {
    for (let at = 0; at < this.#counts.length; at++) this.#counts[at] = (this.#counts[at] ?? 0) + (counts[at] ?? 0);
    this.#sumUs += sumUs;
  }

  /** The counts as plain data: one a bound, and what lies beyond the last. */
  figures(): BucketFigures {
    return { counts: this.#counts.slice(), sumUs: this.#sumUs };
  }
}

/**
 * A fine histogram between coarse bounds. A fine bucket counts where its smallest value lies, which is off by 3 % of a
 * bound at most; the sum is made of the buckets' middles and off by 1.6 % at most.
 */
export function bucketsOf(saved: SavedHistogram, boundsUs: readonly number[]): BucketFigures {
  const counts = new Array<number>(boundsUs.length + 1).fill(0);
  let sumUs = 0;
  let at = 0;
  for (const [bucket, count] of saved.buckets) {
    const floor = bucketFloor(bucket);
    while (at < boundsUs.length && floor > (boundsUs[at] ?? 0)) at++;
    counts[at] = (counts[at] ?? 0) + count;
    sumUs += ((floor + bucketFloor(bucket + 1) - 1) / 2) * count;
  }
  return { counts, sumUs };
}
