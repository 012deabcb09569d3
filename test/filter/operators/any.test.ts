import { expect, test } from 'vitest';
import { any } from '../../../src/filter/operators/any.ts';
import { matches } from '../matching.ts';

test('one element has all of it', () => {
  expect(matches('any(topic startswith "a" && topic endswith "1")', { topics: ['a1', 'b2'] })).toBe(true);
  expect(matches('any(topic startswith "a" && topic endswith "2")', { topics: ['a1', 'b2'] })).toBe(false);
  expect(matches('topic startswith "a" && topic endswith "2"', { topics: ['a1', 'b2'] })).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(any.example)).not.toThrow();
  expect(any.code).toBe('any');
});
