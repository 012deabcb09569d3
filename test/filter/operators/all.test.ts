import { expect, test } from 'vitest';
import { all } from '../../../src/filter/operators/all.ts';
import { matches } from '../matching.ts';

test('every element, and there is one', () => {
  expect(matches('all(topic startswith "a")', { topics: ['a1', 'a2'] })).toBe(true);
  expect(matches('all(topic startswith "a")', { topics: ['a1', 'b2'] })).toBe(false);
  expect(matches('all(topic startswith "a")', { topics: [] })).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(all.example)).not.toThrow();
  expect(all.code).toBe('all');
});
