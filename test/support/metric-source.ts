import type { MetricSource } from '../../src/export/metric-families.ts';
import { ExportTables } from '../../src/metrics/export-tables.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import type { PathFacts } from '../../src/metrics/path-facts.ts';
import { connectionOf, errorOf, exchangeOf, messageOf, startUs, timingOf } from '../metrics/exchange-of.ts';

/** What a healthy data path says of itself; a test says only what differs. */
export function pathFactsOf(different: Partial<PathFacts> = {}): PathFacts {
  const added = new Histogram();
  for (const us of [20, 30, 40, 60, 80, 90, 120, 400, 2_000, 11_000]) added.record(us);
  return {
    bytes: { fromClient: 12_345_678, toBroker: 12_345_678, fromBroker: 45_000_000, toClient: 45_000_036 },
    rewrites: { 'addresses-rewritten': 12, 'addresses-hidden': 3 },
    rewriteDeltaBytes: 36,
    versionCaps: [],
    audited: 9,
    unbalanced: 0,
    addedUs: added.save(),
    skippedFrames: 0,
    skippedBytes: 0,
    inspectedFrames: 48_210,
    refused: {},
    connections: { handshake: 1, connecting: 2, open: 37, draining: 0 },
    draining: false,
    upstreamReached: true,
    ...different,
  };
}

/** A little of everything that metrics can say, hostile names included. */
export function metricSourceOf(path: PathFacts | null = pathFactsOf()): MetricSource {
  const tables = new ExportTables();
  const connection = connectionOf({ id: 5, broker: 'b1:9092' });
  tables.opened({
    kind: 'opened',
    connection: 5,
    atUs: startUs,
    client: connection.client,
    broker: 'b1:9092',
    nodeId: 1,
    tls: null,
    midstream: false,
  });
  const opaque = { reason: 'malformed', detail: '', offset: 3 } as const;
  // JoinGroup v0: correlation id, error code, generation 7, protocol "", leader "", member "", no members.
  const joined = new Uint8Array([
    ...[0, 0, 0, 1],
    ...[0, 0],
    ...[0, 0, 0, 7],
    ...[0, 0],
    ...[0, 0],
    ...[0, 0],
    ...[0, 0, 0, 0],
  ]);
  for (const exchange of [
    exchangeOf({ connection, timing: timingOf(300) }),
    exchangeOf({ connection, timing: timingOf(700, 0, 499_000), apiKey: 1, apiVersion: 16 }),
    exchangeOf({ connection, throttleTimeMs: 300, clientId: 'quote"back\\slash\nline' }),
    exchangeOf({ connection, apiVersion: 2, clientId: 'legacy', errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] }),
    exchangeOf({ connection, apiKey: 999, apiVersion: 0, response: messageOf(9, { opaque }) }),
    exchangeOf({ connection, apiKey: 11, apiVersion: 0, group: 'billing', response: messageOf(20, { bytes: joined }) }),
  ]) {
    tables.started(exchange);
    tables.completed(exchange, exchange.timing.brokerUs);
  }
  return { figures: tables.figures(), path, losses: { history: 7, lines: 0 } };
}
