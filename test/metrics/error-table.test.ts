import { expect, test } from 'vitest';
import { ErrorTable } from '../../src/metrics/error-table.ts';
import { errorOf, exchangeOf, startUs } from './exchange-of.ts';

test('an exchange counts once per code, however many partitions carry it', () => {
  const table = new ErrorTable(10);
  const errors = [
    errorOf(6, 'NOT_LEADER_OR_FOLLOWER'),
    errorOf(6, 'NOT_LEADER_OR_FOLLOWER'),
    errorOf(29, 'TOPIC_AUTHORIZATION_FAILED'),
  ];
  table.add(exchangeOf({ errors }), 'orders-svc', startUs + 5);
  table.add(exchangeOf({ errors: errors.slice(0, 1) }), 'orders-svc', startUs + 9);
  expect(table.figures()).toEqual([
    {
      code: 6,
      name: 'NOT_LEADER_OR_FOLLOWER',
      count: 2,
      firstUs: startUs + 5,
      lastUs: startUs + 9,
      apiName: 'Produce',
      clientId: 'orders-svc',
    },
    {
      code: 29,
      name: 'TOPIC_AUTHORIZATION_FAILED',
      count: 1,
      firstUs: startUs + 5,
      lastUs: startUs + 5,
      apiName: 'Produce',
      clientId: 'orders-svc',
    },
  ]);
});

test('rows are by API and client; beyond the limit a code keeps counting without them', () => {
  const table = new ErrorTable(3);
  for (let i = 0; i < 50; i++) {
    table.add(exchangeOf({ apiKey: i % 2, errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] }), `client-${i}`, startUs);
  }
  const figures = table.figures();
  expect(figures[0]).toMatchObject({ code: 6, count: 47, apiName: null, clientId: null });
  expect(figures.slice(1).map((row) => row.apiName)).toEqual(['Produce', 'Fetch', 'Produce']);
});
