import { expect, test } from 'vitest';
import { summaryByApi } from '../../src/metrics/summary-by-api.ts';
import { TrafficMetrics } from '../../src/metrics/traffic-metrics.ts';
import { errorOf, exchangeOf, startUs, timingOf } from './exchange-of.ts';

test('API name → version → figures, as the summary line has them', () => {
  const metrics = new TrafficMetrics();
  for (const exchange of [
    exchangeOf({ apiKey: 3, apiVersion: 12, timing: timingOf(20, 2, 500) }),
    exchangeOf({ apiVersion: 11, timing: timingOf(7) }),
    exchangeOf({ apiVersion: 9, errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')], timing: timingOf(9) }),
    exchangeOf({ apiKey: 999, apiVersion: 0, response: null, status: 'abandoned' }),
  ]) {
    metrics.started(exchange, startUs);
    metrics.completed(exchange, startUs);
  }
  const none = { p50: null, p95: null, p99: null, max: null };
  expect(summaryByApi(metrics.snapshot(startUs))).toEqual({
    Produce: {
      '9': { requests: 1, errors: 1, latencyUs: { p50: 9, p95: 9, p99: 9, max: 9 } },
      '11': { requests: 1, errors: 0, latencyUs: { p50: 7, p95: 7, p99: 7, max: 7 } },
    },
    Metadata: { '12': { requests: 1, errors: 0, latencyUs: { p50: 22, p95: 22, p99: 22, max: 22 } } },
    'key 999': { '0': { requests: 1, errors: 0, latencyUs: none } },
  });
});
