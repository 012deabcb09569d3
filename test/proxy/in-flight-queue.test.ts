import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlightQueue, requestsInFlightMax } from '../../src/proxy/in-flight-queue.ts';

test('behaves like a plain list, through growth and wrap-around', () => {
  const step = fc.oneof(
    fc.record({
      key: fc.integer({ min: -3, max: 32_767 }),
      version: fc.integer({ min: -1, max: 32_767 }),
      id: fc.integer(),
    }),
    fc.constant('shift' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new InFlightQueue();
      const list: { key: number; version: number; id: number }[] = [];
      for (const each of steps) {
        if (each !== 'shift') {
          expect(queue.push(each.key, each.version, each.id)).toBe(true);
          list.push(each);
        } else if (list.length > 0) {
          queue.shift();
          list.shift();
        }
        expect(queue.size).toBe(list.length);
        for (const [index, { key, version }] of list.entries()) {
          expect([queue.apiKeyAt(index), queue.apiVersionAt(index)]).toEqual([key, version]);
        }
        const [first] = list;
        if (first !== undefined) expect(queue.oldestCorrelationId).toBe(first.id);
        const last = list.at(-1);
        if (last !== undefined) expect(queue.find(last.id)).toBe(list.findIndex(({ id }) => id === last.id));
      }
    }),
  );
});

test('refuses more than its limit', () => {
  const queue = new InFlightQueue();
  for (let id = 0; id < requestsInFlightMax; id += 1) queue.push(1, 2, id);
  expect(queue.push(1, 2, 0)).toBe(false);
  expect(queue.find(requestsInFlightMax - 1)).toBe(requestsInFlightMax - 1);
  queue.clear();
  expect(queue.size).toBe(0);
  expect(queue.find(0)).toBe(-1);
});
