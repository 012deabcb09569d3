import { expect, test } from 'vitest';
import { notEqual } from '../../../src/filter/operators/not-equal.ts';
import { matches } from '../matching.ts';

test('of many values none is equal; nothing at all is no match', () => {
  expect(matches('topic != "c"', { topics: ['a', 'b'] })).toBe(true);
  expect(matches('topic != "b"', { topics: ['a', 'b'] })).toBe(false);
  expect(matches('topic != "b"', { topics: [] })).toBe(false);
  expect(matches('group != "b"', { group: null })).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(notEqual.example)).not.toThrow();
  expect(notEqual.code).toBe('!=');
});
