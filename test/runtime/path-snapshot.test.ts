import { describe, expect, it } from 'vitest';
import type { PathFacts } from '../../src/metrics/path-facts.ts';
import { pathSnapshot } from '../../src/runtime/path-snapshot.ts';
import type { RunningSource } from '../../src/runtime/source.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { pathFactsOf } from '../support/metric-source.ts';

function sourceOf(path: PathFacts | null): RunningSource {
  const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false, losses: () => ({ lines: 2 }) });
  const opened = { client: 'c:1', broker: 'b:9092', nodeId: 1, tls: null, midstream: false } as const;
  session.event({
    kind: 'event',
    atUs: 1,
    event: 'listener-opened',
    connection: null,
    detail: { host: '127.0.0.1', port: 19_093, nodeId: 1, upstream: 'b:9092', controller: false },
  });
  session.receive({ kind: 'opened', connection: 1, atUs: 1, ...opened });
  session.receive({ kind: 'opened', connection: 2, atUs: 1, ...opened });
  // Key 999 version 0, correlation id 1, client id null: forwarded, never decoded. Then the connection ends.
  const bytes = new Uint8Array([0, 0, 0, 10, 3, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  session.receive({ kind: 'segment', connection: 1, from: 'client', atUs: 2, bytes });
  session.receive({ kind: 'closed', connection: 1, atUs: 3, reason: 'fin' });
  return {
    session,
    ended: new Promise(() => undefined),
    face: () => ({ mode: 'proxy', source: '', notice: null, reading: null, finished: false, nowUs: 3, path }),
    drain: async () => undefined,
    close: async () => undefined,
  };
}

describe('the snapshot of the Proxy screen', () => {
  it('has the facts of a live path, its listeners and the visible connections', () => {
    const facts = pathFactsOf();
    const snapshot = pathSnapshot(sourceOf(facts), { from: 0, count: 5, keep: 2 });
    expect(snapshot).toMatchObject({
      facts,
      capture: null,
      losses: { history: 0, lines: 2, labels: 0 },
      undecoded: { 'unknown-api': 1 },
      listeners: [{ nodeId: 1, address: '127.0.0.1:19093', state: 'reached', connections: 1 }],
      connections: { total: 1, from: 0, keptAt: 0, rows: [{ id: 2 }] },
    });
    expect(structuredClone(snapshot)).toEqual(snapshot);
  });

  it('says of a capture what it lacks', () => {
    const snapshot = pathSnapshot(sourceOf(null), { from: 0, count: 5, keep: null });
    expect(snapshot.facts).toBeNull();
    expect(snapshot.capture).toEqual({
      packets: null,
      missingBytes: null,
      cutPackets: null,
      damage: null,
      gaps: 0,
      notKafka: 0,
      incompleteFrames: 0,
      orphans: 0,
      abandoned: 1,
    });
  });
});
