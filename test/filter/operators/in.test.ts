import { expect, test } from 'vitest';
import { memberOf } from '../../../src/filter/operators/in.ts';
import { matches } from '../matching.ts';

test('values and ranges, both ends included', () => {
  expect(matches('api in {Fetch, 0}')).toBe(true);
  expect(matches('corr in {1..9311, 9313..9999}')).toBe(false);
  expect(matches('corr in {9312..9312}')).toBe(true);
  expect(matches('latency in {3ms..1s}')).toBe(true);
  expect(matches('topic in {"a", "orders.v1"}')).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(memberOf.example)).not.toThrow();
  expect(memberOf.code).toBe('in');
});
