import { describe, expect, test } from 'vitest';
import { historySecondsMax, SecondSeries, seriesApisMax } from '../../src/metrics/second-series.ts';

const start = 1_700_000_000;

describe('second series', () => {
  test('seconds without traffic are there, with unknown percentiles', () => {
    const series = new SecondSeries();
    series.request(start, 100, 0);
    series.response(start, 40, true, 2_000);
    series.request(start + 3, 10, 1);
    series.response(start + 3, 4, false, 9);
    const seconds = series.figures(start + 4, [0, 18]);
    expect(seconds.map((second) => second.second - start)).toEqual([0, 1, 2, 3, 4]);
    expect(seconds[0]).toMatchObject({ requests: 1, errors: 1, requestBytes: 100, responseBytes: 40, byApi: { 0: 1 } });
    expect(seconds[0]?.p99Us).toBeGreaterThan(1_900);
    expect(seconds[1]).toMatchObject({ requests: 0, byApi: {}, p50Us: null, p99Us: null });
    expect(seconds[3]).toMatchObject({ requests: 1, byApi: { 18: 1 }, p50Us: 9 });
    expect(seconds[4]?.p50Us).toBeNull();
  });

  test('at most 300 seconds are kept, and an old slot never shows through', () => {
    const series = new SecondSeries();
    for (let second = 0; second < 1000; second++) series.request(start + second, second, 0);
    const seconds = series.figures(start + 999, [0]);
    expect(seconds).toHaveLength(historySecondsMax);
    expect(seconds[0]).toMatchObject({ second: start + 700, requestBytes: 700 });
    expect(series.figures(start + 5000, [0]).every((second) => second.requests === 0)).toBe(true);
    series.request(start + 1000 + historySecondsMax * 7, 1, 0);
    expect(series.figures(start + 1000 + historySecondsMax * 7, [0]).filter((each) => each.requests > 0)).toHaveLength(
      1,
    );
  });

  test('a late second counts where it belongs, one wild timestamp does not stop the series', () => {
    const series = new SecondSeries();
    series.request(start + 10, 1, 0);
    series.request(start + 5, 2, 0);
    expect(series.figures(start + 10, [0]).map((each) => each.requestBytes)).toEqual([2, 0, 0, 0, 0, 1]);
    series.request(start + 9_999_999, 3, 0);
    series.request(start + 11, 4, 0);
    expect(series.figures(start + 11, [0]).map((each) => each.requestBytes)).toEqual([4]);
  });

  test('APIs without a column are in the sum only', () => {
    const series = new SecondSeries();
    series.request(start, 1, seriesApisMax);
    series.request(start, 1, -1);
    expect(series.figures(start, [])[0]).toMatchObject({ requests: 2, byApi: {} });
  });

  test('nothing seen, nothing shown', () => {
    expect(new SecondSeries().figures(start, [])).toEqual([]);
  });
});
