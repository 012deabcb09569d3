import { expect, test } from 'vitest';
import { textSearch } from '../../src/filter/text-search.ts';
import { errorOf, exchangeOf } from '../metrics/exchange-of.ts';

test('found in API, topics, client id, group and errors, whatever the case', () => {
  const exchange = exchangeOf({
    apiKey: 11,
    clientId: 'Billing-7',
    group: 'invoices',
    topics: ['orders.v1', 'Payments'],
    errors: [errorOf(27, 'REBALANCE_IN_PROGRESS')],
  });
  for (const text of ['joingr', 'BILLING', 'invoi', 'payments', 'rebalance_in', '']) {
    expect([text, textSearch(text)(exchange)]).toEqual([text, true]);
  }
  expect(textSearch('127.0.0.1')(exchange)).toBe(false);
});

test('an exchange that names nothing is found by nothing', () => {
  const exchange = exchangeOf({ apiKey: null, clientId: null, topics: [] });
  expect(textSearch('a')(exchange)).toBe(false);
});
