import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/exchange/event.ts';
import { inProcessRuntime } from '../../src/runtime/in-process-runtime.ts';
import type { RunningSource } from '../../src/runtime/source.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { Conversation } from '../support/conversation.ts';

function conversation(): Conversation {
  return new Conversation()
    .request(18, 3, 1, { clientSoftwareName: 'x', clientSoftwareVersion: '1' })
    .response(18, 3, 1, { apiKeys: [] })
    .request(3, 1, 2, { topics: null })
    .closed();
}

function run(session: TrafficSession): void {
  for (const input of conversation().inputs) session.receive(input);
}

describe('TrafficSession', () => {
  it('shows metrics, totals, store and sinks the same events', () => {
    const seen: EngineEvent[] = [];
    const session = new TrafficSession({
      historyBytesMax: 1_000_000,
      unsafeShowSecrets: false,
      sinks: [(event) => seen.push(event)],
    });
    run(session);
    expect(session.summary).toMatchObject({ connections: 1, requests: 2, responses: 1 });
    expect(session.metrics.totals(session.lastUs)).toMatchObject({ requests: 2, responses: 1, inFlight: 0 });
    expect(session.metrics.openConnections).toBe(0);
    expect(session.store?.history.size).toBe(2);
    expect(seen.filter((event) => event.kind === 'completed')).toHaveLength(2);
    expect(session.bytes).toBeGreaterThan(0);
  });

  it('keeps no history where nobody looks back', () => {
    const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false });
    run(session);
    expect(session.store).toBeNull();
    expect(session.summary.requests).toBe(2);
  });
});

describe('inProcessRuntime', () => {
  function source(session: TrafficSession): RunningSource & { closed: boolean } {
    const ended = Promise.withResolvers<{ packets: null; bytes: number }>();
    return {
      session,
      closed: false,
      ended: ended.promise,
      face: () => ({
        mode: 'proxy',
        source: 'test',
        notice: null,
        reading: null,
        finished: false,
        nowUs: session.lastUs,
        path: null,
      }),
      drain: async () => undefined,
      async close() {
        this.closed = true;
        ended.resolve({ packets: null, bytes: 0 });
      },
    };
  }

  it('answers only what was asked for, as plain data', async () => {
    const session = new TrafficSession({ historyBytesMax: 1_000_000, unsafeShowSecrets: false });
    run(session);
    const runtime = inProcessRuntime(source(session), 0);
    const title = await runtime.snapshot({ list: null, detail: null, overview: false });
    expect(title).toMatchObject({ list: null, detail: null, overview: null, title: { exchanges: 2, kept: 2 } });
    const all = await runtime.snapshot({
      list: { filter: '', markedOnly: false, from: 'end', count: 10 },
      detail: { seq: 1, records: false },
      overview: true,
    });
    expect(all.list?.rows.map((row) => row.seq)).toEqual([1, 2]);
    expect(all.detail?.row.apiName).toBe('ApiVersions');
    expect(all.overview?.byApi.length).toBeGreaterThan(0);
    expect(structuredClone(all)).toEqual(all);
  });

  it('carries out commands', async () => {
    const session = new TrafficSession({ historyBytesMax: 1_000_000, unsafeShowSecrets: false });
    run(session);
    const running = source(session);
    const runtime = inProcessRuntime(running, 0);
    await runtime.command({ kind: 'mark', seq: 1, marked: true });
    expect(session.store?.isMarked(1)).toBe(true);
    await runtime.command({ kind: 'clear' });
    expect(session.store?.history.size).toBe(0);
    await runtime.command({ kind: 'stop' });
    expect(running.closed).toBe(true);
    await runtime.ended;
  });
});
