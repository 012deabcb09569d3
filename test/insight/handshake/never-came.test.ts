import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { LimitBook } from '../../../src/exchange/limit-book.ts';
import type { Diagnosis } from '../../../src/insight/finding.ts';
import { clientHostsMax, NeverCame } from '../../../src/insight/handshake/never-came.ts';
import { connectionFixture, exchangeFixture } from '../../support/exchange-fixture.ts';

function event(name: string, connection: number, detail: TrafficEvent['detail'] = {}): TrafficEvent {
  return { kind: 'event', atUs: connection, event: name, connection, detail };
}

/** A client that comes to the bootstrap port, asks for a topic, is told addresses and leaves. */
function ask(watch: NeverCame, id: number, topics: number, rewritten = true): Diagnosis | null {
  watch.take(event('connection-opened', id, { client: `10.0.0.1:${40_000 + id}`, nodeId: null }));
  if (rewritten) watch.take(event('addresses-rewritten', id));
  const exchange = exchangeFixture(id, { connection: connectionFixture({ id }), apiKey: 3, topicCount: topics });
  watch.take({ kind: 'completed', exchange });
  return watch.take(event('connection-closed', id));
}

describe('NeverCame', () => {
  it('speaks when a client asked three times and came to no broker', () => {
    const watch = new NeverCame();
    expect([ask(watch, 1, 1), ask(watch, 2, 1)]).toEqual([null, null]);
    expect(ask(watch, 3, 1)).toMatchObject({ finding: 'advertised-address-not-reached', client: '10.0.0.1:40003' });
  });

  it('is content once the client came', () => {
    const watch = new NeverCame();
    ask(watch, 1, 1);
    watch.take(event('connection-opened', 9, { client: '10.0.0.1:40009', nodeId: 2 }));
    expect([ask(watch, 2, 1), ask(watch, 3, 1), ask(watch, 4, 1)]).toEqual([null, null, null]);
  });

  it('counts hosts and connections that it has no room for', () => {
    const limits = new LimitBook({ clientHostsMax });
    const watch = new NeverCame(limits);
    for (let id = 0; id <= clientHostsMax; id += 1) {
      watch.take(event('connection-opened', id, { client: `10.0.${id >> 8}.${id & 255}:40000`, nodeId: 2 }));
    }
    expect(limits.counts()).toEqual({ clientHostsMax: 1 });
    for (let id = 0; id < clientHostsMax + 2; id += 1) {
      watch.take(event('connection-opened', id, { client: '10.0.0.1:40000', nodeId: null }));
    }
    expect(limits.counts()).toEqual({ clientHostsMax: 3 });
  });

  it('takes nobody to task who only lists, nor a capture', () => {
    const watch = new NeverCame();
    expect([1, 2, 3, 4].map((id) => ask(watch, id, 0))).toEqual([null, null, null, null]);
    expect([5, 6, 7, 8].map((id) => ask(watch, id, 1, false))).toEqual([null, null, null, null]);
  });
});
