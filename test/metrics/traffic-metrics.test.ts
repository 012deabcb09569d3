import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { TrafficMetrics } from '../../src/metrics/traffic-metrics.ts';
import { connectionOf, errorOf, exchangeOf, messageOf, startUs, timingOf } from './exchange-of.ts';

describe('traffic metrics', () => {
  test('before anything happened all is zero or unknown', () => {
    const snapshot = new TrafficMetrics().snapshot(startUs);
    expect(snapshot).toMatchObject({ sinceUs: null, connections: 0, byApi: [], byClient: [], errors: [], seconds: [] });
    expect(snapshot.total.latency.p99Us).toBeNull();
  });

  test('an orphan is a response without a request', () => {
    const metrics = new TrafficMetrics();
    const opaque = { reason: 'unknown-api', detail: '', offset: null } as const;
    const orphan = exchangeOf({
      status: 'orphan',
      apiKey: null,
      apiVersion: null,
      request: null,
      response: messageOf(50, { opaque }),
      timing: { ...timingOf(0), latencyUs: null },
    });
    metrics.started(orphan, startUs);
    metrics.completed(orphan, startUs);
    const snapshot = metrics.snapshot(startUs);
    expect(snapshot.total).toMatchObject({ requests: 0, responses: 1, inFlight: 0, responseBytes: 50 });
    expect(snapshot.byApi).toEqual([]);
    expect(snapshot.opaque).toEqual({ 'unknown-api': 1 });
  });

  test('connections now and in all', () => {
    const metrics = new TrafficMetrics();
    metrics.connectionOpened(startUs);
    metrics.connectionOpened(startUs);
    metrics.connectionClosed();
    expect(metrics.snapshot(startUs)).toMatchObject({ connections: 1, connectionsTotal: 2 });
    metrics.connectionClosed();
    metrics.connectionClosed();
    expect(metrics.snapshot(startUs).connections).toBe(0);
  });

  test('errors carry the guarded client label', () => {
    const metrics = new TrafficMetrics({ clientsMax: 1 });
    for (const clientId of ['first', 'second']) {
      const exchange = exchangeOf({ clientId, connection: connectionOf(), errors: [errorOf(7, 'REQUEST_TIMED_OUT')] });
      metrics.started(exchange, startUs);
      metrics.completed(exchange, startUs);
    }
    expect(metrics.snapshot(startUs).errors.map((error) => error.clientId)).toEqual(['first', 'other']);
  });

  test('the snapshot survives structuredClone and later counting does not change it', () => {
    const metrics = new TrafficMetrics();
    const exchange = exchangeOf();
    metrics.started(exchange, startUs);
    const snapshot = metrics.snapshot(startUs);
    const copy = structuredClone(snapshot);
    metrics.completed(exchange, startUs);
    expect(snapshot).toEqual(copy);
  });

  const connections = [1, 2, 3].map((id) =>
    connectionOf({ id, broker: `b${id % 2}:9092`, software: id === 3 ? null : 'librdkafka' }),
  );
  const traffic = fc.array(
    fc.record({
      apiKey: fc.option(fc.constantFrom(0, 1, 3, 18, 36, 999)),
      apiVersion: fc.integer({ min: 0, max: 4 }),
      connection: fc.constantFrom(...connections),
      clientId: fc.option(fc.constantFrom('a', 'b', 'c')),
      fate: fc.constantFrom('answered', 'abandoned', 'in-flight', 'unanswered-by-design', 'orphan'),
      latencyUs: fc.integer({ min: 0, max: 100_000 }),
      error: fc.boolean(),
      afterUs: fc.integer({ min: 0, max: 3_000_000 }),
    }),
    { maxLength: 200 },
  );

  test('every table adds up to the total, whatever happens', () => {
    fc.assert(
      fc.property(traffic, (steps) => {
        const metrics = new TrafficMetrics({ clientsMax: 2, brokersMax: 1, apisMax: 2 });
        let nowUs = startUs;
        const seen: Exchange[] = [];
        for (const { fate, latencyUs, error, afterUs, ...facts } of steps) {
          nowUs += afterUs;
          const answered = fate === 'answered' || fate === 'orphan';
          const exchange = exchangeOf({
            ...facts,
            status: fate as Exchange['status'],
            request: fate === 'orphan' ? null : messageOf(10),
            response: answered ? messageOf(5) : null,
            timing: timingOf(latencyUs),
            errors: error && answered ? [errorOf(3, 'UNKNOWN_TOPIC_OR_PARTITION')] : [],
          });
          seen.push(exchange);
          metrics.started(exchange, nowUs);
          if (fate !== 'in-flight') metrics.completed(exchange, nowUs);
        }
        const snapshot = metrics.snapshot(nowUs);
        const requests = seen.filter((exchange) => exchange.request !== null).length;
        const inFlight = seen.filter((exchange) => exchange.status === 'in-flight').length;
        expect(snapshot.total).toMatchObject({ requests, inFlight });
        const sum = (rows: readonly { requests: number; inFlight: number; errors: number }[]): number[] => [
          rows.reduce((total, row) => total + row.requests, 0),
          rows.reduce((total, row) => total + row.inFlight, 0),
          rows.reduce((total, row) => total + row.errors, 0),
        ];
        const whole = [requests, inFlight, snapshot.total.errors];
        expect(sum(snapshot.byClient)).toEqual(whole);
        expect(sum(snapshot.byBroker)).toEqual(whole);
        const withApi = seen.filter((exchange) => exchange.apiKey !== null && exchange.request !== null).length;
        expect(sum(snapshot.byApi.filter((row) => row.apiVersion === null))[0]).toBe(withApi);
        for (const row of [...snapshot.byApi, ...snapshot.byClient]) expect(row.inFlight).toBeGreaterThanOrEqual(0);
        expect(snapshot.seconds.length).toBeLessThanOrEqual(300);
        expect(snapshot.errors.reduce((total, row) => total + row.count, 0)).toBe(snapshot.total.errors);
      }),
      { numRuns: 60 },
    );
  });
});
