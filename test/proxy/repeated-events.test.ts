import { expect, test } from 'vitest';
import { RepeatedEvents } from '../../src/proxy/repeated-events.ts';

test('tells the first at once, then one a second that says how many it stands for', () => {
  const told: unknown[] = [];
  const repeated = new RepeatedEvents((event, detail) => told.push([event, detail]));
  repeated.note('addresses-rewritten', { apiKey: 0, addresses: 1 }, 0);
  repeated.note('addresses-rewritten', { apiKey: 0, addresses: 2 }, 10);
  repeated.note('addresses-rewritten', { apiKey: 1, addresses: 3 }, 20);
  expect(told).toEqual([
    ['addresses-rewritten', { apiKey: 0, addresses: 1 }],
    ['addresses-rewritten', { apiKey: 1, addresses: 3 }],
  ]);
  repeated.note('addresses-rewritten', { apiKey: 0, addresses: 4 }, 1_000_000);
  expect(told.slice(2)).toEqual([['addresses-rewritten', { apiKey: 0, addresses: 4, times: 2 }]]);
});

test('tells the rest in the end, once', () => {
  const told: unknown[] = [];
  const repeated = new RepeatedEvents((event, detail) => told.push([event, detail]));
  repeated.note('addresses-hidden', { apiKey: 1 }, 0);
  repeated.note('addresses-hidden', { apiKey: 1 }, 1);
  repeated.note('addresses-not-rewritten', { apiKey: 1 }, 2);
  repeated.flush();
  repeated.flush();
  expect(told).toEqual([
    ['addresses-hidden', { apiKey: 1 }],
    ['addresses-not-rewritten', { apiKey: 1 }],
    ['addresses-hidden', { apiKey: 1 }],
  ]);
});
