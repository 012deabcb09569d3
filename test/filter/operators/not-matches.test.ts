import { expect, test } from 'vitest';
import { notMatches } from '../../../src/filter/operators/not-matches.ts';
import { matches } from '../matching.ts';

test('in none of the values, and there is one', () => {
  expect(matches('topic !~ /^__/')).toBe(true);
  expect(matches('topic !~ /b$/', { topics: ['a', 'b'] })).toBe(false);
  expect(matches('topic !~ /b/', { topics: [] })).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(notMatches.example)).not.toThrow();
  expect(notMatches.code).toBe('!~');
});
