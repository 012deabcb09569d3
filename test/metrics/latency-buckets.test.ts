import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/metrics/histogram.ts';
import { addedBoundsUs, bucketsOf, LatencyBuckets, latencyBoundsUs } from '../../src/metrics/latency-buckets.ts';

describe('latency between fixed bounds', () => {
  it('counts a value at its bound below it, as Prometheus does', () => {
    const buckets = new LatencyBuckets();
    for (const us of [-5, 100, 101, 250, 30_000_000, 30_000_001]) buckets.record(us);
    const { counts, sumUs } = buckets.figures();
    expect(counts[0]).toBe(2);
    expect(counts[1]).toBe(2);
    expect(counts.at(-2)).toBe(1);
    expect(counts.at(-1)).toBe(1);
    expect(sumUs).toBe(100 + 101 + 250 + 30_000_000 + 30_000_001);
    expect(counts).toHaveLength(latencyBoundsUs.length + 1);
  });

  it('hands out a copy', () => {
    const buckets = new LatencyBuckets();
    const before = buckets.figures();
    buckets.record(1);
    expect(before.counts[0]).toBe(0);
  });
});

describe('a fine histogram between coarse bounds', () => {
  it('keeps every value, puts none further off than its own bucket is wide, and nearly keeps the sum', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const { counts, sumUs } = bucketsOf(histogram.save(), addedBoundsUs);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        let below = 0;
        for (const [at, bound] of addedBoundsUs.entries()) {
          below += counts[at] ?? 0;
          expect(below).toBeGreaterThanOrEqual(values.filter((value) => value <= bound).length);
          expect(below).toBeLessThanOrEqual(values.filter((value) => value <= bound * 1.035).length);
        }
        const sum = values.reduce((total, value) => total + value, 0);
        expect(Math.abs(sumUs - sum)).toBeLessThanOrEqual(sum * 0.017 + values.length);
      }),
    );
  });
});
