import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketFloor, bucketOf, Histogram, histogramBuckets, histogramValueMax } from '../../src/metrics/histogram.ts';

const shares = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** Nearest rank in a sorted array: what a histogram approximates. */
function exactPercentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** Latencies as traffic has them: many small ones, a long tail, sometimes the extremes. */
const latency = fc.oneof(
  fc.integer({ min: 0, max: 31 }),
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 0, max: 2_000_000 }),
  fc.integer({ min: 0, max: histogramValueMax }),
);

describe('buckets', () => {
  test('bucket floors are strictly ascending and map back to their bucket', () => {
    for (let bucket = 0; bucket < histogramBuckets; bucket++) {
      expect(bucketOf(bucketFloor(bucket))).toBe(bucket);
      if (bucket > 0) {
        expect(bucketFloor(bucket)).toBeGreaterThan(bucketFloor(bucket - 1));
        expect(bucketOf(bucketFloor(bucket) - 1)).toBe(bucket - 1);
      }
    }
  });

  test('a bucket is at most 1/32 of its value wide', () => {
    for (let bucket = 32; bucket < histogramBuckets - 1; bucket++) {
      const floor = bucketFloor(bucket);
      expect((bucketFloor(bucket + 1) - floor) / floor).toBeLessThanOrEqual(1 / 32);
    }
  });

  test('values outside the range are clamped', () => {
    expect(bucketOf(-5)).toBe(0);
    expect(bucketOf(Number.NaN)).toBe(0);
    expect(bucketOf(1e15)).toBe(histogramBuckets - 1);
  });
});

describe('histogram', () => {
  test('percentiles are within 1/32 of a sorted array', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 500 }), (values) => {
        const sorted = [...values].sort((left, right) => left - right);
        const histogram = filled(values);
        for (const share of shares) {
          const exact = exactPercentile(sorted, share);
          const found = histogram.percentile(share) ?? Number.NaN;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 32);
        }
        expect(histogram.max).toBe(sorted.at(-1));
        expect(histogram.count).toBe(values.length);
      }),
    );
  });

  test('1 … 50000: median and p99 by name', () => {
    const histogram = filled(Array.from({ length: 50_000 }, (_, index) => index + 1));
    expect(histogram.percentile(0.5)).toBeCloseTo(25_000, -3);
    expect(Math.abs((histogram.percentile(0.99) ?? 0) - 49_500) / 49_500).toBeLessThan(0.032);
    expect(histogram.percentile(1)).toBe(50_000);
  });

  test('an empty histogram knows nothing', () => {
    expect(new Histogram().percentile(0.5)).toBeNull();
  });

  test('merge equals recording everything into one', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (left, right) => {
        const merged = filled(left);
        merged.merge(filled(right));
        expect(merged.save()).toEqual(filled([...left, ...right]).save());
        expect(merged.count).toBe(left.length + right.length);
      }),
    );
  });

  test('saved and loaded it is the same, also through JSON', () => {
    fc.assert(
      fc.property(fc.array(latency), (values) => {
        const histogram = filled(values);
        const loaded = Histogram.load(JSON.parse(JSON.stringify(histogram.save())));
        expect(loaded?.save()).toEqual(histogram.save());
        expect(loaded?.percentile(0.99)).toBe(histogram.percentile(0.99));
      }),
    );
  });

  test('what no histogram saved is refused', () => {
    for (const saved of [
      { buckets: [[-1, 1]], max: 5 },
      { buckets: [[histogramBuckets, 1]], max: 5 },
      { buckets: [[3, 0]], max: 5 },
      { buckets: [[3, 1.5]], max: 5 },
      { buckets: [[40, 1]], max: 5 },
      { buckets: [], max: -1 },
      { buckets: [[3, 1]], max: Number.NaN },
    ] as { buckets: [number, number][]; max: number }[]) {
      expect(Histogram.load(saved)).toBeNull();
    }
  });

  test('clear forgets everything', () => {
    const histogram = filled([1, 100, histogramValueMax, 1e12]);
    histogram.clear();
    expect(histogram.save()).toEqual({ buckets: [], max: 0 });
    histogram.record(7);
    expect(histogram.percentile(0.5)).toBe(7);
  });
});
