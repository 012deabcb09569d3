/**
 * A log-linear histogram: values below 32 have a bucket each, every octave above has 32 buckets, so a bucket is at
 * most 1/32 of its value wide and its middle is off by at most 1.6 %. Mergeable, and saved as the buckets in use.
 * Buckets are doubles: a 32-bit counter would wrap within a day at 50,000 exchanges a second.
 */

const subBuckets = 32;
const subBucketBits = 5;
const octavesMax = 32 - subBucketBits;

/** Number of buckets of every histogram. */
export const histogramBuckets: number = (octavesMax + 1) * subBuckets;

/** Largest value with a bucket of its own kind, microseconds (71 minutes); larger ones share the last bucket. */
export const histogramValueMax = 0xffff_ffff;

/** A histogram as plain data: pairs of bucket number and count, ascending, and the exact maximum. */
export interface SavedHistogram {
  readonly buckets: readonly (readonly [number, number])[];
  readonly max: number;
}

/** Number of the bucket that counts a value; values are whole and clamped to 0 … `histogramValueMax`. */
export function bucketOf(value: number): number {
  if (!(value >= subBuckets)) return value > 0 ? value | 0 : 0;
  if (value >= histogramValueMax) return histogramBuckets - 1;
  const whole = value >>> 0;
  const octave = 31 - Math.clz32(whole) - subBucketBits;
  return (octave << subBucketBits) + (whole >>> octave);
}

/** Smallest value of a bucket. */
export function bucketFloor(bucket: number): number {
  if (bucket < 2 * subBuckets) return bucket;
  const octave = (bucket >>> subBucketBits) - 1;
  return (bucket - octave * subBuckets) * 2 ** octave;
}

function bucketMiddle(bucket: number): number {
  const floor = bucketFloor(bucket);
  return floor + Math.floor((bucketFloor(bucket + 1) - floor - 1) / 2);
}

export class Histogram {
  readonly #counts = new Float64Array(histogramBuckets);
  #count = 0;
  #max = 0;

  /** Values recorded so far. */
  get count(): number {
    return this.#count;
  }

  /** Largest value recorded, exact; 0 while empty. */
  get max(): number {
    return this.#max;
  }

  /** Counts one value; negative ones (clocks that went back) count as 0. */
  record(value: number): void {
    this.recordTimes(value, 1);
  }

  /** Counts one value as often as said. */
  recordTimes(value: number, times: number): void {
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    this.#count += times;
    if (value > this.#max) this.#max = value;
  }

  /**
   * Value below or at which the share of all values lies (nearest rank), or null while empty. `share` is 0 … 1;
   * 1 is the exact maximum.
   */
  percentile(share: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (rank >= this.#count) return this.#max;
    const last = bucketOf(this.#max);
    let seen = 0;
    for (let bucket = 0; bucket < last; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(bucketMiddle(bucket), this.#max);
    }
    return Math.min(bucketMiddle(last), this.#max);
  }

  /** Adds all values of another histogram. */
  merge(other: Histogram): void {
    const last = bucketOf(other.#max);
    for (let bucket = 0; bucket <= last; bucket++) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.#count += other.#count;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0, 0, bucketOf(this.#max) + 1);
    this.#count = 0;
    this.#max = 0;
  }

  /** The buckets in use, as plain data. */
  save(): SavedHistogram {
    const buckets: [number, number][] = [];
    for (let bucket = 0; bucket < histogramBuckets; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) buckets.push([bucket, count]);
    }
    return { buckets, max: this.#max };
  }

  /** The histogram that `save` described, or null when no histogram could have saved this. */
  static load(saved: SavedHistogram): Histogram | null {
    if (!Number.isFinite(saved.max) || saved.max < 0) return null;
    const histogram = new Histogram();
    for (const [bucket, count] of saved.buckets) {
      if (!Number.isInteger(bucket) || bucket < 0 || bucket >= histogramBuckets) return null;
      if (!Number.isSafeInteger(count) || count < 1 || bucketFloor(bucket) > saved.max) return null;
      histogram.#counts[bucket] = (histogram.#counts[bucket] ?? 0) + count;
      histogram.#count += count;
    }
    histogram.#max = histogram.#count === 0 ? 0 : saved.max;
    return histogram;
  }
}
