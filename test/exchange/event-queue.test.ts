import { expect, it } from 'vitest';
import { EventQueue } from '../../src/exchange/event-queue.ts';

it('hands out what it was told, in order, whether it is drained in between or not', () => {
  const queue = new EventQueue();
  expect(queue.next()).toBeUndefined();
  queue.emit(1, 'gap', 7, { missingBytes: 3 });
  queue.emit(2, 'gap', null, {});
  expect(queue.next()).toEqual({ kind: 'event', atUs: 1, event: 'gap', connection: 7, detail: { missingBytes: 3 } });
  queue.emit(3, 'gap', 7, {});
  expect([queue.next(), queue.next(), queue.next()]).toMatchObject([{ atUs: 2 }, { atUs: 3 }, undefined]);
});

it('takes a burst of any size and begins anew behind it', () => {
  const queue = new EventQueue();
  for (const round of [1, 2]) {
    for (let atUs = 0; atUs < 10_000; atUs += 1) queue.emit(atUs, 'gap', round, {});
    for (let atUs = 0; atUs < 10_000; atUs += 1) expect(queue.next()).toMatchObject({ atUs, connection: round });
    expect(queue.next()).toBeUndefined();
  }
});
