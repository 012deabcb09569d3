import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/source.ts';
import type { EngineEvent } from '../../src/exchange/event.ts';
import type { MessageFacts } from '../../src/exchange/exchange.ts';
import { openingsWatchedMax } from '../../src/insight/handshake/handshake-doctor.ts';
import { inProcessRuntime } from '../../src/runtime/in-process-runtime.ts';
import type { RunningSource } from '../../src/runtime/source.ts';
import { type BytesWish, TrafficSession } from '../../src/runtime/traffic-session.ts';
import { marksMax } from '../../src/store/store.ts';
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

  it('tells what the doctor has no room for, and counts it in the summary', () => {
    const told: unknown[] = [];
    const session = new TrafficSession({
      historyBytesMax: null,
      unsafeShowSecrets: false,
      sinks: [(event) => void (event.kind === 'event' && event.event === 'insight-limit' && told.push(event.detail))],
    });
    for (let connection = 1; connection <= openingsWatchedMax + 5; connection += 1) {
      for (const input of new Conversation(connection).inputs) session.receive(input);
    }
    const limit = 'openingsWatchedMax';
    expect(told).toEqual([1, 2, 4].map((count) => ({ limit, count, max: openingsWatchedMax })));
    expect(session.summary.limitsReached).toEqual({ openingsWatchedMax: 5 });
  });

  it('counts the marks it has no room for among what is left out', () => {
    const session = new TrafficSession({ historyBytesMax: 1_000_000, unsafeShowSecrets: false });
    expect(session.losses()).toEqual({ history: 0, lines: 0 });
    for (let seq = 1; seq <= marksMax + 2; seq += 1) session.store?.mark(seq, true);
    session.store?.mark(1, true);
    expect(session.losses()).toEqual({ history: 0, lines: 0, marks: 2 });
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

describe('the bytes of exchanges where no history is kept', () => {
  const captures = new URL('../../fixtures/captures/', import.meta.url);

  /** Everything a run says of a capture, and the bytes its sinks saw in each call. */
  async function runOf(file: string, bytes: BytesWish) {
    const seen: { readonly facts: unknown; readonly requestBytes: string; readonly responseBytes: string }[] = [];
    const session = new TrafficSession({
      historyBytesMax: null,
      unsafeShowSecrets: false,
      bytes,
      sinks: [
        (event) => {
          if (event.kind !== 'completed') return;
          const { request, response, ...facts } = event.exchange;
          const text = (message: MessageFacts | null) => Buffer.from(message?.bytes ?? []).toString('latin1');
          const without = (message: MessageFacts | null) => (message === null ? null : { ...message, bytes: null });
          seen.push({
            facts: { ...facts, request: without(request), response: without(response) },
            requestBytes: text(request),
            responseBytes: text(response),
          });
        },
      ],
    });
    await readCapture({ path: new URL(file, captures).pathname }, (input) => session.receive(input));
    return { seen, metrics: session.metrics.snapshot(session.lastUs), summary: session.summary.opaque };
  }

  it('are there for the call when they are borrowed, and facts and figures never depend on them', async () => {
    for (const file of ['java-codecs.pcap', 'sasl-mixed.pcap', 'kafkajs-txn-admin.pcap', 'v-snaplen160.pcap']) {
      const kept = await runOf(file, 'kept');
      const borrowed = await runOf(file, 'borrowed');
      const none = await runOf(file, 'none');
      expect(borrowed).toEqual(kept);
      expect(none.metrics).toEqual(kept.metrics);
      expect(none.summary).toEqual(kept.summary);
      expect(none.seen.map(({ facts }) => facts)).toEqual(kept.seen.map(({ facts }) => facts));
      const bytesOf = (run: typeof kept) =>
        run.seen.reduce((sum, { requestBytes, responseBytes }) => sum + requestBytes.length + responseBytes.length, 0);
      expect(bytesOf(none)).toBeLessThan(bytesOf(kept) / 2);
    }
  });

  it('stay where a history is kept, whatever the sinks wish', () => {
    const session = new TrafficSession({ historyBytesMax: 1_000_000, unsafeShowSecrets: false, bytes: 'none' });
    run(session);
    expect(session.store?.exchange(1)?.request?.bytes.length).toBeGreaterThan(0);
  });
});
