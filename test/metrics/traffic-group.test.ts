import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/metrics/histogram.ts';
import { percentilesOf, TrafficGroup, workUsOf } from '../../src/metrics/traffic-group.ts';
import { errorOf, exchangeOf, messageOf, startUs, timingOf } from './exchange-of.ts';

const second = startUs / 1_000_000;

describe('traffic group', () => {
  test('counts a request, its answer, bytes, throttle and waits apart', () => {
    const group = new TrafficGroup();
    const exchange = exchangeOf({
      request: messageOf(100),
      response: messageOf(40),
      timing: timingOf(2_000, 500, 400_000),
      throttleTimeMs: 30,
      errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER'), errorOf(6, 'NOT_LEADER_OR_FOLLOWER', 'responses[1].errorCode')],
    });
    group.started(exchange, second);
    expect(group.inFlight).toBe(1);
    group.completed(exchange, workUsOf(exchange));
    const figures = group.figures(startUs + 1_000_000, startUs);
    expect(figures).toMatchObject({
      requests: 1,
      responses: 1,
      errors: 1,
      requestBytes: 100,
      responseBytes: 40,
      inFlight: 0,
      rate10s: 1,
      throttledResponses: 1,
      throttleMs: 30,
    });
    expect(figures.latency).toMatchObject({ count: 1, maxUs: 2_500 });
    expect(figures.wait).toMatchObject({ count: 1, maxUs: 400_000 });
  });

  test('an abandoned request leaves the flight and is no response', () => {
    const group = new TrafficGroup();
    const exchange = exchangeOf({ status: 'abandoned', response: null });
    group.started(exchange, second);
    group.completed(exchange, null);
    const figures = group.figures(startUs, startUs);
    expect(figures).toMatchObject({ requests: 1, responses: 0, inFlight: 0 });
    expect(figures.latency).toEqual({ count: 0, p50Us: null, p95Us: null, p99Us: null, maxUs: null });
  });
});

test('work is latency without wait, null when unknown', () => {
  expect(workUsOf(exchangeOf({ timing: timingOf(2_000, 500, 400_000) }))).toBe(2_500);
  expect(workUsOf(exchangeOf({ timing: { ...timingOf(2_000), waitUs: null } }))).toBe(2_000);
  expect(workUsOf(exchangeOf({ timing: { ...timingOf(2_000), latencyUs: null } }))).toBeNull();
});

test('percentiles of nothing are unknown, not zero', () => {
  expect(percentilesOf(null).p50Us).toBeNull();
  const histogram = new Histogram();
  expect(percentilesOf(histogram).maxUs).toBeNull();
  histogram.record(0);
  expect(percentilesOf(histogram)).toEqual({ count: 1, p50Us: 0, p95Us: 0, p99Us: 0, maxUs: 0 });
});
