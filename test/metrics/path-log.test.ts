import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import { PathLog } from '../../src/metrics/path-log.ts';
import { startUs } from './exchange-of.ts';

function log(...events: [string, TrafficEvent['detail']][]): PathLog {
  const path = new PathLog();
  for (const [event, detail] of events) path.apply({ kind: 'event', atUs: startUs, event, connection: null, detail });
  return path;
}

const bootstrap = ['listener-opened', { host: '127.0.0.1', port: 19092, nodeId: null, upstream: 'b:9092' }] as [
  string,
  TrafficEvent['detail'],
];
const node = (nodeId: number, upstream = `b${nodeId}:9092`): [string, TrafficEvent['detail']] => [
  'listener-opened',
  { host: '::1', port: 19_092 + nodeId, nodeId, upstream, controller: false },
];

const opened = (nodeId: number | null) => ({
  kind: 'opened' as const,
  connection: 1,
  atUs: startUs,
  client: 'c:1',
  broker: 'b:9092',
  nodeId,
  tls: null,
  midstream: false,
});

describe('the log of the path', () => {
  it('lists listeners with their brokers, and what the newest connection found', () => {
    const path = log(bootstrap, node(2), node(1), [
      'connection-failed',
      { nodeId: 2, reason: 'refused', message: 'b2:9092 refuses connections.' },
    ]);
    path.opened(opened(1));
    const listeners = path.listeners(new Map([[1, 4]]));
    expect(listeners.map(({ nodeId, address, state, connections }) => [nodeId, address, state, connections])).toEqual([
      [null, '127.0.0.1:19092', 'unused', 0],
      [1, '[::1]:19093', 'reached', 4],
      [2, '[::1]:19094', 'failed', 0],
    ]);
    expect(listeners[2]).toMatchObject({ failure: 'b2:9092 refuses connections.', failures: 1, upstream: 'b2:9092' });
    path.opened(opened(2));
    expect(path.listeners(new Map())[2]).toMatchObject({ state: 'reached', failure: null, failures: 1 });
  });

  it('does not know a broker that moved', () => {
    const path = log(node(1));
    path.opened(opened(1));
    path.apply({
      kind: 'event',
      atUs: startUs,
      event: 'listener-repointed',
      connection: null,
      detail: { host: '::1', port: 19_093, nodeId: 1, upstream: 'new:9092', controller: false },
    });
    expect(path.listeners(new Map())[0]).toMatchObject({ state: 'unused', upstream: 'new:9092' });
  });

  it('keeps a broker without a listener', () => {
    const [listener] = log(['listener-failed', { nodeId: 7, upstream: 'b7:9092', message: 'no port' }]).listeners(
      new Map(),
    );
    expect(listener).toMatchObject({ nodeId: 7, address: null, state: 'failed', failure: 'no port' });
  });

  it('knows whether the upstream answered last time', () => {
    expect(log(bootstrap).upstreamReached).toBe(false);
    expect(log(bootstrap, ['upstream-reached', {}]).upstreamReached).toBe(true);
    expect(
      log(['upstream-reached', {}], ['connection-failed', { nodeId: null, reason: 'refused' }]).upstreamReached,
    ).toBe(false);
    const one = log(['upstream-reached', {}], ['connection-failed', { nodeId: 3, reason: 'refused' }]);
    expect(one.upstreamReached).toBe(true);
    expect(log(['upstream-reached', {}], ['upstream-unreachable', { message: 'gone' }]).upstreamReached).toBe(false);
    const port = log(['upstream-reached', {}], ['connection-failed', { nodeId: null, reason: 'broker-unknown' }]);
    expect(port.upstreamReached).toBe(true);
  });

  it('tallies changes and connections given up', () => {
    const path = log(
      ['addresses-rewritten', {}],
      ['addresses-rewritten', {}],
      ['addresses-hidden', {}],
      ['connection-refused', { count: 5 }],
      ['connection-timeout', { cause: 'idle-timeout', count: 9 }],
      ['tls-failed', {}],
      ['something-else', {}],
    );
    expect(path.rewrites()).toEqual({ 'addresses-rewritten': 2, 'addresses-hidden': 1 });
    expect(path.refused()).toEqual({ 'max-connections': 5, 'idle-timeout': 1, 'tls-failed': 1 });
  });

  it('bounds what it remembers', () => {
    const path = new PathLog();
    for (let nodeId = 0; nodeId < 3_000; nodeId += 1) {
      const [event, detail] = node(nodeId);
      path.apply({ kind: 'event', atUs: startUs, event, connection: null, detail });
      const reason = `cause ${nodeId}`;
      path.apply({
        kind: 'event',
        atUs: startUs,
        event: 'connection-failed',
        connection: null,
        detail: { nodeId, reason },
      });
    }
    expect(path.listeners(new Map()).length).toBeLessThanOrEqual(1_025);
    expect(Object.keys(path.refused()).length).toBeLessThanOrEqual(65);
    expect(path.refused().other).toBe(3_000 - 64);
  });
});
