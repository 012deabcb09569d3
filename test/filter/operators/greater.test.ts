import { expect, test } from 'vitest';
import { greater } from '../../../src/filter/operators/greater.ts';
import { matches } from '../matching.ts';

test('strictly greater', () => {
  expect([greater.holds(3, 2, null), greater.holds(2, 2, null), greater.holds(5n, 4, null)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(matches('latency > 3.1ms')).toBe(false);
  expect(matches('latency > 3ms')).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(greater.example)).not.toThrow();
  expect(greater.code).toBe('>');
});
