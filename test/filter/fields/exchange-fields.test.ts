import { expect, test } from 'vitest';
import { exchangeFields } from '../../../src/filter/fields/exchange-fields.ts';
import { messageOf, startUs } from '../../metrics/exchange-of.ts';
import { matching } from '../matching.ts';

test('each says what the exchange says', () => {
  const exchange = {
    seq: 42,
    group: 'etl',
    transactionalId: 'tx-1',
    correlationId: 5,
    request: messageOf(1, { atUs: startUs }),
  };
  const texts = [
    'api == Produce',
    'api.version == 11',
    'status == answered',
    'dir == request && dir == response',
    'id == 42',
    'corr == 5',
    'time == 2023-11-14T22:13:20Z',
    'client.id == "orders-svc"',
    'topic == "orders.v1"',
    'group == "etl"',
    'txn.id == "tx-1"',
  ];
  expect(texts).toHaveLength(exchangeFields.length);
  expect(matching(texts, exchange)).toEqual(texts);
});

test('an orphan has a response and its time, and nothing of a request', () => {
  const orphan = {
    status: 'orphan',
    request: null,
    apiKey: null,
    apiVersion: null,
    clientId: null,
    topics: [],
  } as const;
  const texts = [
    'status == orphan',
    'dir == response',
    'dir == request',
    'time',
    'api',
    'api.version',
    'client.id',
    'topic',
  ];
  expect(matching(texts, orphan)).toEqual(['status == orphan', 'dir == response', 'time']);
});
