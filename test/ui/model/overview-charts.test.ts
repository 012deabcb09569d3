import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greatest, joinPoints, mean, overviewCharts, wholeSeconds } from '../../../ui/model/overview-charts.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';

describe('charts', () => {
  it('show all requests, the busiest APIs and two percentiles, each with its figure', () => {
    const [requests, latency] = overviewCharts(fakeMetrics(1_000), 100, false);
    expect(requests?.series.map((series) => [series.name, series.latest])).toEqual([
      ['all', '3.1k'],
      ['Produce', '1.6k'],
      ['Fetch', '1.2k'],
    ]);
    expect(latency?.series.map((series) => [series.name, series.latest])).toEqual([
      ['p99', '44.0'],
      ['p50', '2.9'],
    ]);
    expect(requests?.span).toBe('-5m ... now');
    expect(requests?.series[0]?.values).toHaveLength(100);
  });

  it('leave out the second that is not over', () => {
    const metrics = fakeMetrics(1_000);
    const last = metrics.seconds.at(-1);
    if (last === undefined) throw new Error('no seconds');
    const spiked = { ...metrics, seconds: [...metrics.seconds.slice(0, -1), { ...last, requests: 1e9 }] };
    expect(
      Math.max(...(overviewCharts(spiked, 400, false)[0]?.series[0]?.values ?? []).map((value) => value ?? 0)),
    ).toBeLessThan(1e9);
  });

  it('take the last second of a run that is over', () => {
    const metrics = fakeMetrics(1_000);
    const one = { ...metrics, seconds: metrics.seconds.slice(-1) };
    expect(wholeSeconds(one, false)).toEqual([]);
    expect(wholeSeconds(one, true)).toHaveLength(1);
    expect(overviewCharts(one, 80, true)[0]?.series[0]?.values).toHaveLength(1);
  });

  it('keep a peak of latencies however many seconds are joined', () => {
    const value = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 120 }),
        (values, points) => {
          const joined = joinPoints(values, points, greatest);
          const known = values.filter((one) => one !== null);
          expect(joined.length).toBe(Math.min(points, values.length));
          expect(Math.max(-1, ...joined.map((one) => one ?? -1))).toBe(Math.max(-1, ...known));
        },
      ),
    );
  });

  it('keep unknown apart from zero', () => {
    expect(joinPoints([null, null, 4, 2], 2, mean)).toEqual([null, 3]);
    expect(joinPoints([Number.NaN, 1], 1, mean)).toEqual([1]);
    expect(joinPoints([1], 0, mean)).toEqual([]);
  });
});
