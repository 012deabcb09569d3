import { expect, test } from 'vitest';
import { count } from '../../../src/filter/operators/count.ts';
import { matches } from '../matching.ts';

test('how many elements hold', () => {
  const topics = { topics: ['a1', 'a2', 'b1'] };
  expect(matches('count(topic startswith "a") == 2', topics)).toBe(true);
  expect(matches('count(topic startswith "a") != 2', topics)).toBe(false);
  expect(matches('count(topic startswith "x") < 1', topics)).toBe(true);
  expect(matches('count(topic) >= 3', topics)).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(count.example)).not.toThrow();
  expect(count.code).toBe('count');
});
