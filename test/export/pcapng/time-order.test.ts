import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimeOrder } from '../../../src/export/pcapng/time-order.ts';
import { message, opening } from '../../support/recorded.ts';

const none = new Uint8Array(0);

it('gives entries in order of time, whatever order they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (times) => {
      const order = new TimeOrder(0);
      const all = new TimeOrder(Number.POSITIVE_INFINITY);
      for (const [index, atUs] of times.entries()) all.add(message('client', atUs, none), index);
      const got: number[] = [];
      for (let entry = all.last(); entry !== undefined; entry = all.last()) got.push(entry.atUs);
      expect(got).toEqual(times.toSorted((a, b) => a - b));
      expect(order.last()).toBeUndefined();
    }),
  );
});

it('goes by the last byte of a frame, and orders equal times: opening, requests, responses, end', () => {
  const order = new TimeOrder(1_000_000);
  order.add({ kind: 'closed', connection: 1, atUs: 50, reset: null, comment: null }, 0);
  order.add(message('broker', 10, none, { lastByteUs: 50 }), 2);
  order.add(message('broker', 20, none, { lastByteUs: 50 }), 1);
  order.add(message('client', 50, none), 9);
  order.add(opening(1, { atUs: 50 }), 0);
  order.add(message('client', 60, none), 1);
  const got: string[] = [];
  for (let entry = order.last(); entry !== undefined; entry = order.last()) {
    got.push(entry.kind === 'message' ? `${entry.from} ${entry.atUs}` : entry.kind);
  }
  expect(got).toEqual(['opened', 'client 50', 'broker 20', 'broker 10', 'closed', 'client 60']);
});

it('holds back no more bytes than it may', () => {
  const order = new TimeOrder(1_000);
  order.add(message('client', 3, new Uint8Array(400)), 1);
  expect(order.next()).toBeUndefined();
  order.add(message('client', 2, new Uint8Array(400)), 2);
  expect(order.next()?.atUs).toBe(2);
  expect(order.next()).toBeUndefined();
  expect(order.last()?.atUs).toBe(3);
});
