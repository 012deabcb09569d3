import { describe, expect, it } from 'vitest';
import { Connections } from '../../src/insight/connections.ts';
import { connectionFixture, exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

describe('Connections', () => {
  it('sums what each connection carried, and learns how it ended and what TCP showed', () => {
    const connections = new Connections();
    const add = (id: number, bytes: number) =>
      connections.take({
        kind: 'completed',
        exchange: exchangeFixture(1, {
          connection: connectionFixture({ id }),
          request: messageFixture(1, bytes),
          response: messageFixture(2, 8),
        }),
      });
    const tell = (name: string, detail: Record<string, string | number>) =>
      connections.take({ kind: 'event', atUs: 9, event: name, connection: 2, detail });
    add(1, 10);
    add(2, 100);
    add(2, 100);
    tell('connection-tcp', { handshakeRttUs: 42 });
    tell('connection-closed', { reason: 'fin' });
    const rows = connections.list();
    expect(rows.map((row) => [row.facts.id, row.requests, row.requestBytes, row.closed])).toEqual([
      [2, 2, 200, 'fin'],
      [1, 1, 10, null],
    ]);
    expect(rows[0]?.tcp).toEqual({ handshakeRttUs: 42 });
  });
});
