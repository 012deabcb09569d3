import { expect, test } from 'vitest';
import { not } from '../../../src/filter/operators/not.ts';
import { matches } from '../matching.ts';

test('a missing field does not hold, so its negation does', () => {
  expect(matches('!group', { group: null })).toBe(true);
  expect(matches('not topic')).toBe(false);
  expect(matches('!(group == "a")', { group: null })).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(not.example)).not.toThrow();
  expect(not.code).toBe('!');
});
