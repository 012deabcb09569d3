import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { ExportTables } from '../../src/metrics/export-tables.ts';
import type { LabelledCount } from '../../src/metrics/metrics-snapshot.ts';
import { SkippedTraffic } from '../../src/metrics/skipped-traffic.ts';
import { connectionOf, errorOf, exchangeOf, messageOf, startUs, timingOf } from './exchange-of.ts';

function count(tables: ExportTables, ...exchanges: Exchange[]): void {
  for (const exchange of exchanges) {
    tables.started(exchange);
    tables.completed(exchange, exchange.timing.latencyUs);
  }
}

function plain(counts: readonly LabelledCount[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ labels, value }) => [labels.join(' '), value]));
}

describe('what exporters publish', () => {
  it('counts requests, latency and bytes by their labels', () => {
    const tables = new ExportTables();
    const connection = connectionOf({ broker: 'b1:9092' });
    count(
      tables,
      exchangeOf({ connection, timing: timingOf(300) }),
      exchangeOf({ connection, timing: timingOf(900) }),
      exchangeOf({ connection: connectionOf({ broker: 'b2:9092' }), apiKey: 1, apiVersion: 16 }),
      exchangeOf({ connection, apiKey: 999, apiVersion: 3 }),
      exchangeOf({ connection, apiKey: null, apiVersion: null }),
    );
    const figures = tables.figures();
    expect(plain(figures.requests)).toEqual({
      'Produce 11 b1:9092': 2,
      'Fetch 16 b2:9092': 1,
      'key 999 3 b1:9092': 1,
      'sasl-token  b1:9092': 1,
    });
    // Sizes leave out the size prefix of four bytes; on the wire it is there.
    expect(plain(figures.bytes)).toMatchObject({
      'request b1:9092': 4 * 12_404,
      'response b1:9092': 4 * 65,
      'request b2:9092': 12_404,
    });
    const produce = figures.latency.find((series) => series.labels.join(' ') === 'Produce b1:9092');
    expect(produce?.counts.slice(0, 5)).toEqual([0, 0, 1, 1, 0]);
    expect(produce?.sumUs).toBe(1_200);
  });

  it('keeps deliberate waits apart', () => {
    const tables = new ExportTables();
    const exchange = exchangeOf({ timing: timingOf(200, 0, 499_000) });
    tables.started(exchange);
    tables.completed(exchange, 200);
    const { latency, wait } = tables.figures();
    expect(latency[0]?.sumUs).toBe(200);
    expect(wait).toEqual([expect.objectContaining({ labels: ['Produce', '127.0.0.1:9092'], sumUs: 499_000 })]);
  });

  it('knows what is in flight, and forgets it when it is answered', () => {
    const tables = new ExportTables();
    const exchange = exchangeOf();
    tables.started(exchange);
    expect(tables.figures().inFlight).toEqual([{ labels: ['127.0.0.1:9092'], value: 1 }]);
    tables.completed(exchange, null);
    expect(tables.figures().inFlight[0]?.value).toBe(0);
  });

  it('counts throttling, errors, undecoded messages and removed versions', () => {
    const tables = new ExportTables();
    const opaque = { reason: 'malformed', detail: '', offset: 3 } as const;
    const connection = connectionOf();
    count(
      tables,
      exchangeOf({ connection, throttleTimeMs: 300 }),
      exchangeOf({ connection, throttleTimeMs: 20, clientId: 'etl' }),
      exchangeOf({
        connection,
        errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER', 'a'), errorOf(6, 'NOT_LEADER_OR_FOLLOWER', 'b'), errorOf(7, 'T')],
      }),
      exchangeOf({ connection, response: messageOf(9, { opaque }) }),
      exchangeOf({ connection, apiVersion: 2, clientId: null }),
      exchangeOf({ connection, apiVersion: 2, clientId: 'legacy' }),
    );
    const figures = tables.figures();
    expect(plain(figures.throttleMs)).toEqual({ 'Produce orders-svc': 300, 'Produce etl': 20 });
    expect(plain(figures.errors)).toEqual({ 'Produce NOT_LEADER_OR_FOLLOWER': 1, 'Produce T': 1 });
    expect(plain(figures.undecoded)).toEqual({ malformed: 1 });
    expect(plain(figures.deprecated)).toEqual({ 'Produce 2 ': 1, 'Produce 2 legacy': 1 });
  });

  it('bounds what a peer can invent', () => {
    const tables = new ExportTables(3);
    const connection = connectionOf();
    for (let at = 0; at < 400; at += 1) {
      count(
        tables,
        exchangeOf({ connection, apiKey: 1_000 + at, apiVersion: at, clientId: `c${at}`, throttleTimeMs: 1 }),
        exchangeOf({ connection: connectionOf({ broker: `b${at}:9092` }), apiVersion: at }),
      );
    }
    const figures = tables.figures();
    expect(figures.requests.length).toBeLessThanOrEqual(3 * 20 + 1);
    expect(figures.latency.length).toBeLessThanOrEqual(3 * 5 + 1);
    expect(figures.bytes).toHaveLength(2 * 4);
    expect(figures.throttleMs.length).toBeLessThanOrEqual(16);
    expect(figures.foldedLabels).toBeGreaterThan(0);
    const sum = figures.requests.reduce((total, { value }) => total + value, 0);
    expect(sum).toBe(800);
  });

  it('lists open connections with their traffic, and keeps the row of a broker that lost all', () => {
    const tables = new ExportTables();
    const facts = connectionOf({ id: 5, broker: 'b1:9092' });
    tables.opened({
      kind: 'opened',
      connection: 5,
      atUs: startUs,
      client: facts.client,
      broker: facts.broker,
      nodeId: 1,
      tls: null,
      midstream: false,
    });
    const waiting = exchangeOf({ connection: facts });
    count(tables, exchangeOf({ connection: facts }));
    tables.started(waiting);
    expect(tables.connections.window(0, 9, null).rows).toEqual([
      expect.objectContaining({
        id: 5,
        requests: 2,
        inFlight: 1,
        requestBytes: 2 * 12_404,
        responseBytes: 65,
        clientId: 'orders-svc',
      }),
    ]);
    expect(plain(tables.figures().connections)).toEqual({ 'b1:9092': 1 });
    tables.completed({ ...waiting, response: null }, null);
    tables.closed(5);
    expect(plain(tables.figures().connections)).toEqual({ 'b1:9092': 0 });
    expect(tables.connections.size).toBe(0);
  });

  it('counts what was forwarded unseen without a broker, and without a latency that may be deliberate', () => {
    const tables = new ExportTables();
    const skipped = new SkippedTraffic();
    skipped.request(0, 11, 100);
    skipped.response(0, 11, 50, 300);
    skipped.take((row) => {
      tables.skipped(row, true);
      tables.skipped({ ...row, apiKey: 1, apiVersion: 16 }, false);
    });
    const figures = tables.figures();
    expect(plain(figures.requests)).toEqual({ 'Produce 11 ': 1, 'Fetch 16 ': 1 });
    expect(plain(figures.bytes)).toEqual({ 'request ': 200, 'response ': 100 });
    expect(figures.latency).toEqual([expect.objectContaining({ labels: ['Produce', ''] })]);
    expect(figures.latency[0]?.counts.slice(0, 4)).toEqual([0, 0, 1, 0]);
    expect(figures.inFlight).toEqual([]);
    expect(figures.connections).toEqual([]);
  });
});
