import { describe, expect, it } from 'vitest';
import { ConnectionBook, connectionsListedMax } from '../../src/metrics/connection-book.ts';
import type { ConnectionOpened } from '../../src/wire/segment.ts';
import { connectionOf, startUs } from './exchange-of.ts';

function opened(connection: number, different: Partial<ConnectionOpened> = {}): ConnectionOpened {
  return {
    kind: 'opened',
    connection,
    atUs: startUs,
    client: `10.0.0.1:${50_000 + connection}`,
    broker: 'b1:9092',
    nodeId: 1,
    tls: null,
    midstream: false,
    ...different,
  };
}

describe('the book of open connections', () => {
  it('shows the rows asked for, and where the selected one is', () => {
    const book = new ConnectionBook();
    for (let id = 1; id <= 9; id += 1) book.opened(opened(id));
    book.closed(2);
    const window = book.window(3, 4, 5);
    expect(window.rows.map((row) => row.id)).toEqual([5, 6, 7, 8]);
    expect(window).toMatchObject({ total: 8, from: 3, keptAt: 3, unlisted: 0 });
    expect(book.window(100, 4, 2)).toMatchObject({ from: 4, keptAt: null });
    expect(book.window(0, 100, null).rows).toHaveLength(8);
  });

  it('tells what was learned of a connection', () => {
    const book = new ConnectionBook();
    book.opened(opened(1, { nodeId: null, tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', sni: null } }));
    const open = book.get(1);
    if (open === undefined) throw new Error('it is open');
    expect(book.window(0, 1, null).rows[0]).toMatchObject({ nodeId: null, principal: null, saslMechanism: null });
    open.facts = connectionOf({ sasl: { mechanism: 'PLAIN' }, principal: 'User:ord', nodeId: 2 });
    open.clientId = 'orders-svc';
    expect(book.window(0, 1, null).rows[0]).toMatchObject({
      tls: 'TLSv1.3 TLS_AES_128_GCM_SHA256',
      saslMechanism: 'PLAIN',
      principal: 'User:ord',
      nodeId: 2,
      clientId: 'orders-svc',
      software: 'apache-kafka-java',
    });
  });

  it('counts by broker and by node', () => {
    const book = new ConnectionBook();
    book.opened(opened(1));
    book.opened(opened(2, { broker: 'b2:9092', nodeId: null }));
    book.opened(opened(3));
    expect([...book.byBroker()]).toEqual([
      ['b1:9092', 2],
      ['b2:9092', 1],
    ]);
    expect([...book.byNode()]).toEqual([
      [1, 2],
      [null, 1],
    ]);
  });

  it('lists no more than it may, and says how many it left out', () => {
    const book = new ConnectionBook();
    for (let id = 1; id <= connectionsListedMax + 2; id += 1) book.opened(opened(id));
    expect(book.window(0, 1, null)).toMatchObject({ total: connectionsListedMax, unlisted: 2 });
    expect(book.size).toBe(connectionsListedMax + 2);
    book.closed(connectionsListedMax + 1);
    book.closed(1);
    expect(book.window(0, 1, null)).toMatchObject({ total: connectionsListedMax - 1, unlisted: 1 });
  });
});
