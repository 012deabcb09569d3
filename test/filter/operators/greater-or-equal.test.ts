import { expect, test } from 'vitest';
import { greaterOrEqual } from '../../../src/filter/operators/greater-or-equal.ts';
import { matches } from '../matching.ts';

test('greater or equal', () => {
  expect([greaterOrEqual.holds(2, 2, null), greaterOrEqual.holds(1, 2, null)]).toEqual([true, false]);
  expect(matches('api.version >= 11')).toBe(true);
  expect(matches('api.version >= 12')).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(greaterOrEqual.example)).not.toThrow();
  expect(greaterOrEqual.code).toBe('>=');
});
