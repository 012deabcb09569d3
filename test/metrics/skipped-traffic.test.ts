import { expect, test } from 'vitest';
import { type SkippedRow, SkippedTraffic } from '../../src/metrics/skipped-traffic.ts';
import { TrafficMetrics } from '../../src/metrics/traffic-metrics.ts';

/** Rows as plain data: their histograms are used again. */
function taken(skipped: SkippedTraffic): unknown[] {
  const rows: unknown[] = [];
  skipped.take(({ latency, ...row }: SkippedRow) => rows.push({ ...row, maxUs: latency.max, count: latency.count }));
  return rows;
}

test('counts by API and version, and hands each row out once', () => {
  const skipped = new SkippedTraffic();
  skipped.request(0, 9, 100);
  skipped.request(0, 9, 100);
  skipped.request(1, 12, 50);
  skipped.response(0, 9, 10, 400);
  expect(taken(skipped)).toMatchObject([
    { apiKey: 0, apiVersion: 9, requests: 2, responses: 1, requestBytes: 200, responseBytes: 10, maxUs: 400, count: 1 },
    { apiKey: 1, apiVersion: 12, requests: 1, responses: 0, requestBytes: 50, responseBytes: 0, count: 0 },
  ]);
  expect(taken(skipped)).toEqual([]);
  expect(skipped.totals).toEqual({ requests: 3, responses: 1, bytes: 260 });
});

test('metrics count them in the sums, with the latency of what never waits on purpose', () => {
  const skipped = new SkippedTraffic();
  const metrics = new TrafficMetrics();
  for (let index = 0; index < 10; index += 1) {
    skipped.request(0, 9, 100);
    skipped.response(0, 9, 10, 300);
    skipped.request(1, 12, 50);
    skipped.response(1, 12, 500, 500_000);
  }
  skipped.take((row) => metrics.skipped(row, 5_000_000));
  const { total, byApi, seconds } = metrics.snapshot(5_500_000);
  expect(total).toMatchObject({ requests: 20, responses: 20, requestBytes: 1500, responseBytes: 5100, inFlight: 0 });
  expect(total.latency).toMatchObject({ count: 10, maxUs: 300 });
  expect(
    byApi.map(({ apiKey, apiVersion, requests, latency }) => [apiKey, apiVersion, requests, latency.count]),
  ).toEqual([
    [0, null, 10, 10],
    [1, null, 10, 0],
    [0, 9, 10, 10],
    [1, 12, 10, 0],
  ]);
  expect(seconds.at(-1)).toMatchObject({
    requests: 20,
    requestBytes: 1500,
    responseBytes: 5100,
    byApi: { 0: 10, 1: 10 },
  });
});
