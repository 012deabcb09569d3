import { expect, test } from 'vitest';
import { matches as operator } from '../../../src/filter/operators/matches.ts';
import { matches } from '../matching.ts';

test('somewhere in the text, unless pinned', () => {
  expect(matches('topic ~ "ders"')).toBe(true);
  expect(matches('topic ~ /^ders/')).toBe(false);
  expect(matches('topic ~ /^ORDERS\\.v\\d$/i')).toBe(true);
  expect(matches('api ~ "^Pro"')).toBe(true);
});

test('without a pattern nothing matches', () => {
  expect(operator.holds('a', 'a', null)).toBe(false);
  expect(operator.holds('a', '', { test: (text) => text === 'a' })).toBe(true);
});

test('its example is a filter', () => {
  expect(matches(operator.example)).toBe(true);
});
