import { expect, test } from 'vitest';
import { BrokerTable } from '../../src/metrics/broker-table.ts';
import { connectionOf, exchangeOf, startUs } from './exchange-of.ts';

const second = startUs / 1_000_000;

test('a broker learns its node id from a later connection and keeps it', () => {
  const table = new BrokerTable(10);
  table.group(connectionOf({ broker: 'b1:9092', nodeId: null })).started(exchangeOf(), second);
  table.group(connectionOf({ broker: 'b1:9092', nodeId: 4 })).started(exchangeOf(), second);
  table.group(connectionOf({ broker: 'b1:9092', nodeId: null })).started(exchangeOf(), second);
  expect(table.figures(startUs, startUs)).toMatchObject([{ broker: 'b1:9092', nodeId: 4, requests: 3 }]);
});

test('endpoints beyond the limit share one row that claims no node id', () => {
  const table = new BrokerTable(2);
  for (let i = 0; i < 10; i++) {
    table.group(connectionOf({ broker: `b${i}:9092`, nodeId: i })).started(exchangeOf(), second);
  }
  expect(table.figures(startUs, startUs).map((row) => [row.broker, row.nodeId, row.requests])).toEqual([
    ['other', null, 8],
    ['b0:9092', 0, 1],
    ['b1:9092', 1, 1],
  ]);
});
