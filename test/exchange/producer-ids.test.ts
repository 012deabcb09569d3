import { expect, test } from 'vitest';
import { producerIdsMax } from '../../src/exchange/limits.ts';
import { ProducerIds } from '../../src/exchange/producer-ids.ts';

test('an answer names the producer id of the transactional id that was asked for', () => {
  const producers = new ProducerIds();
  producers.learn({ errorCode: 0, producerId: 7n, producerEpoch: 0 }, 'payments-1');
  expect(producers.transactionalIdOf(7n)).toBe('payments-1');
  expect(producers.knows('payments-1')).toBe(true);
  expect(producers.transactionalIdOf(8n)).toBeNull();
});

test('learns every pair of a body, also under the names that old versions use', () => {
  const producers = new ProducerIds();
  producers.learn({ v3AndBelowTransactionalId: 'old', v3AndBelowProducerId: 1n }, null);
  producers.learn(
    {
      transactionStates: [
        { transactionalId: 'a', producerId: 2n },
        { transactionalId: 'b', producerId: 3n },
      ],
    },
    null,
  );
  expect([1n, 2n, 3n].map((id) => producers.transactionalIdOf(id))).toEqual(['old', 'a', 'b']);
});

test('a producer without an id, or without transactions, teaches nothing', () => {
  const producers = new ProducerIds();
  producers.learn({ producerId: -1n }, 'payments-1');
  producers.learn({ producerId: 7n }, null);
  producers.remember(9n, '');
  expect(producers.size).toBe(0);
});

test('an id that its transactional id outgrew keeps its name', () => {
  const producers = new ProducerIds();
  producers.remember(7n, 'payments-1');
  producers.remember(1007n, 'payments-1');
  expect([7n, 1007n].map((id) => producers.transactionalIdOf(id))).toEqual(['payments-1', 'payments-1']);
});

test('forgets the oldest beyond its limit', () => {
  const producers = new ProducerIds();
  for (let id = 0; id <= producerIdsMax; id++) producers.remember(BigInt(id), `t-${id}`);
  expect(producers.size).toBe(producerIdsMax);
  expect([producers.transactionalIdOf(0n), producers.knows('t-0')]).toEqual([null, false]);
  expect(producers.transactionalIdOf(BigInt(producerIdsMax))).toBe(`t-${producerIdsMax}`);
});
