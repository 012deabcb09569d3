import { describe, expect, it } from 'vitest';
import type { RunningProxy } from '../../src/proxy/proxy.ts';
import { pathFactsOf } from '../../src/runtime/path-facts-of.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';

function proxyWith(connections: number): RunningProxy {
  return {
    address: { host: '127.0.0.1', port: 1 },
    probed: Promise.reject(new Error('not asked')),
    brokers: () => [],
    connections: () => connections,
    timeouts: () => ({ 'first-byte-timeout': 0, 'stalled-frame-timeout': 0, 'idle-timeout': 0 }),
    drain: async () => undefined,
    close: async () => undefined,
  };
}

describe('path facts from outside of the path', () => {
  it('say what traffic and events tell, and claim no audit', () => {
    const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false });
    const proxy = proxyWith(3);
    proxy.probed.catch(() => undefined);
    session.receive({
      kind: 'opened',
      connection: 1,
      atUs: 1,
      client: 'c:1',
      broker: 'b:9092',
      nodeId: null,
      tls: null,
      midstream: false,
    });
    // ApiVersions v0: size 10, key 18, version 0, correlation id 7, client id null.
    const bytes = new Uint8Array([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);
    session.receive({ kind: 'segment', connection: 1, from: 'client', atUs: 2, bytes });
    session.event({ kind: 'event', atUs: 3, event: 'addresses-rewritten', connection: 1, detail: {} });
    expect(pathFactsOf(proxy, session, false)).toMatchObject({
      bytes: { fromClient: 14, toBroker: 14, fromBroker: 0, toClient: 0 },
      rewrites: { 'addresses-rewritten': 1 },
      audited: 0,
      inspectedFrames: 1,
      connections: { connecting: 2, open: 1 },
      draining: false,
      upstreamReached: true,
    });
    expect(pathFactsOf(proxy, session, true)).toMatchObject({ connections: { draining: 1 }, draining: true });
  });
});
