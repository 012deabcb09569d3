import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { ListRequest } from '../../src/store/snapshot.ts';
import { TrafficStore } from '../../src/store/store.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

const everything: ListRequest = { filter: '', markedOnly: false, from: 'end', count: 10 };

function start(store: TrafficStore, seq: number, changes: Partial<Exchange> = {}): Exchange {
  const exchange = exchangeFixture(seq, { apiKey: seq % 2, apiVersion: 9, ...changes });
  store.apply({ kind: 'started', exchange });
  return exchange;
}

function complete(store: TrafficStore, exchange: Exchange, responseBytes = 50): void {
  exchange.response = messageFixture(exchange.seq * 1000 + 500, responseBytes);
  exchange.status = 'answered';
  store.apply({ kind: 'completed', exchange });
}

describe('TrafficStore', () => {
  it('lists the newest rows, or those asked for, by absolute position', () => {
    const store = new TrafficStore(100_000_000);
    for (let seq = 1; seq <= 100; seq++) complete(store, start(store, seq));
    const newest = store.list(everything, 0);
    expect(newest).toMatchObject({ firstPosition: 1, endPosition: 101, filterError: null, filtering: null });
    expect(newest.rows.map((row) => row.seq)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
    const older = store.list({ ...everything, from: 5, count: 3 }, 0);
    expect(older.rows.map((row) => row.position)).toEqual([5, 6, 7]);
  });

  it('costs the rows on the screen, not the history: the answer names no more', () => {
    const store = new TrafficStore(1_000_000_000);
    for (let seq = 1; seq <= 20_000; seq++) complete(store, start(store, seq));
    expect(store.list({ ...everything, count: 35 }, 0).rows).toHaveLength(35);
  });

  it('filters old and new exchanges, in order, also when they match only once they are answered', () => {
    const store = new TrafficStore(100_000_000);
    const open = [1, 2, 3, 4, 5, 6].map((seq) => start(store, seq));
    for (const exchange of open.slice(0, 4)) complete(store, exchange);
    const filtered = { ...everything, filter: 'api == Fetch && res.size > 0' };
    expect(store.list(filtered, 0).rows.map((row) => row.seq)).toEqual([1, 3]);
    const late = open[4];
    const latest = start(store, 7);
    complete(store, latest);
    if (late !== undefined) complete(store, late);
    expect(store.list(filtered, 0).rows.map((row) => row.seq)).toEqual([1, 3, 5, 7]);
  });

  it('keeps the old rows and says where a filter is wrong', () => {
    const store = new TrafficStore(100_000_000);
    complete(store, start(store, 1));
    const wrong = store.list({ ...everything, filter: 'latncy > 5ms' }, 0);
    expect(wrong.filterError).toMatchObject({ column: 1 });
    expect(wrong.filter).toBe('');
    expect(wrong.rows).toHaveLength(1);
  });

  it('shows marked rows only, and forgets marks on clear', () => {
    const store = new TrafficStore(100_000_000);
    for (let seq = 1; seq <= 5; seq++) complete(store, start(store, seq));
    store.mark(2, true);
    store.mark(4, true);
    store.mark(4, false);
    expect(store.list({ ...everything, markedOnly: true }, 0).rows.map((row) => row.seq)).toEqual([2]);
    store.clear();
    expect(store.isMarked(2)).toBe(false);
    expect(store.list(everything, 0).rows).toEqual([]);
  });

  it('drops what the limit forbids, says how many, and moves the positions of a filtered view along', () => {
    const store = new TrafficStore(60_000);
    const filtered = { ...everything, filter: 'api == Fetch', count: 1000 };
    store.list(filtered, 0);
    for (let seq = 1; seq <= 200; seq++) complete(store, start(store, seq), 500);
    const list = store.list(filtered, 0);
    expect(store.history.dropped).toBeGreaterThan(100);
    expect(list.endPosition).toBe(100);
    expect(list.firstPosition).toBe(100 - list.rows.length);
    expect(list.rows[0]?.seq).toBeGreaterThanOrEqual(store.history.firstSeq);
  });

  it('gives the detail of one exchange: fields of both messages and bytes of its own', () => {
    const { all } = driveEngine(
      new Conversation()
        .request(3, 1, 4, { topics: [{ name: 'orders' }] })
        .response(3, 1, 4, { brokers: [{ nodeId: 1, host: 'b1', port: 9092 }], topics: [] }).inputs,
    );
    const store = new TrafficStore(100_000_000);
    for (const event of all) store.apply(event);
    const detail = store.detail(1);
    expect(detail?.request?.spans.map((span) => span.name)).toEqual(['header', 'body']);
    expect(detail?.response?.bytes.buffer.byteLength).toBe(detail?.response?.bytes.length);
    expect(
      JSON.stringify(detail?.response?.spans, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).toContain('"b1"');
    expect(store.detail(99)).toBeNull();
    expect(() => structuredClone(detail)).not.toThrow();
  });
});
