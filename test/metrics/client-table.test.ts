import { describe, expect, test } from 'vitest';
import { ClientTable, clientIdsPerConnectionMax, otherLabel } from '../../src/metrics/client-table.ts';
import { connectionOf, exchangeOf, startUs } from './exchange-of.ts';

const second = startUs / 1_000_000;

function rowsOf(table: ClientTable): [string | null, string | null, number, number][] {
  return table.figures(startUs, startUs).map((row) => [row.clientId, row.softwareVersion, row.requests, row.inFlight]);
}

describe('client table', () => {
  test('requests before ApiVersions v3 belong to the software named later', () => {
    const table = new ClientTable(200);
    const connection = connectionOf({ software: null, softwareVersion: null });
    const early = exchangeOf({ connection });
    table.started(early, second);
    connection.software = 'apache-kafka-java';
    connection.softwareVersion = '3.9.1';
    table.completed(early, null);
    const late = exchangeOf({ connection });
    table.started(late, second);
    expect(rowsOf(table)).toEqual([['orders-svc', '3.9.1', 2, 1]]);
  });

  test('a new connection of a known client counts as that client before it names its software', () => {
    const table = new ClientTable(200);
    table.started(exchangeOf(), second);
    const connection = connectionOf({ software: null, softwareVersion: null });
    table.started(exchangeOf({ connection }), second);
    expect(rowsOf(table)).toEqual([['orders-svc', '3.9.1', 2, 2]]);
  });

  test('two versions under one client id are two rows, and what is in flight moves with its connection', () => {
    const table = new ClientTable(200);
    table.started(exchangeOf(), second);
    const connection = connectionOf({ software: null, softwareVersion: null });
    const moving = exchangeOf({ connection });
    table.started(moving, second);
    connection.software = 'apache-kafka-java';
    connection.softwareVersion = '4.1.0';
    const other = exchangeOf({ connection });
    table.started(other, second);
    expect(rowsOf(table)).toEqual([
      ['orders-svc', '3.9.1', 2, 1],
      ['orders-svc', '4.1.0', 1, 2],
    ]);
    table.completed(moving, null);
    table.completed(other, null);
    expect(rowsOf(table).map((row) => row[3])).toEqual([1, 0]);
  });

  test('clients beyond the limit are other, and nothing is lost', () => {
    const table = new ClientTable(3);
    for (let i = 0; i < 100; i++) {
      const exchange = exchangeOf({ clientId: `client-${i}`, connection: connectionOf() });
      table.started(exchange, second);
      expect(table.completed(exchange, null)).toBe(i < 3 ? `client-${i}` : otherLabel);
    }
    expect(rowsOf(table)[0]).toEqual([otherLabel, null, 97, 0]);
    expect(rowsOf(table)).toHaveLength(4);
  });

  test('a connection that changes its client id at every request is bounded', () => {
    const table = new ClientTable(1000);
    const connection = connectionOf();
    for (let i = 0; i < 100; i++) {
      const exchange = exchangeOf({ clientId: `client-${i}`, connection });
      table.started(exchange, second);
      table.completed(exchange, null);
    }
    expect(rowsOf(table)).toHaveLength(clientIdsPerConnectionMax + 1);
    expect(rowsOf(table)[0]).toEqual([otherLabel, null, 100 - clientIdsPerConnectionMax, 0]);
  });

  test('requests without a client id have a row of their own', () => {
    const table = new ClientTable(3);
    table.started(exchangeOf({ clientId: null }), second);
    expect(rowsOf(table)[0]?.[0]).toBeNull();
  });
});
