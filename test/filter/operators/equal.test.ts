import { expect, test } from 'vitest';
import { equal } from '../../../src/filter/operators/equal.ts';
import { matches } from '../matching.ts';

test('equal values; an int64 equals the number it holds, a text only itself', () => {
  expect(equal.holds('a', 'a', null)).toBe(true);
  expect(equal.holds(5n, 5, null)).toBe(true);
  expect(equal.holds(9_007_199_254_740_993n, 9_007_199_254_740_992, null)).toBe(false);
  expect(equal.holds('5', 5, null)).toBe(false);
  expect(equal.holds(true, true, null)).toBe(true);
});

test('of many values any may be equal', () => {
  const topics = { topics: ['a', 'b'] };
  expect(matches('topic == "b"', topics)).toBe(true);
  expect(matches('topic == "c"', topics)).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(equal.example)).not.toThrow();
  expect(equal.code).toBe('==');
});
