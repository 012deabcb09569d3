import { expect, test } from 'vitest';
import { notIn } from '../../../src/filter/operators/not-in.ts';
import { matches } from '../matching.ts';

test('none of the items, and there is a value', () => {
  expect(matches('api not in {Fetch, Metadata}')).toBe(true);
  expect(matches('topic not in {"a"}', { topics: ['a', 'b'] })).toBe(false);
  expect(matches('group not in {"a"}', { group: null })).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(notIn.example)).not.toThrow();
  expect(notIn.code).toBe('not in');
});
