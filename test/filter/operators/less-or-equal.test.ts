import { expect, test } from 'vitest';
import { lessOrEqual } from '../../../src/filter/operators/less-or-equal.ts';
import { matches } from '../matching.ts';

test('less or equal', () => {
  expect([lessOrEqual.holds(2, 2, null), lessOrEqual.holds(3, 2, null)]).toEqual([true, false]);
  expect(matches('latency <= 3.1ms')).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(lessOrEqual.example)).not.toThrow();
  expect(lessOrEqual.code).toBe('<=');
});
