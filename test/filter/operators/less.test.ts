import { expect, test } from 'vitest';
import { less } from '../../../src/filter/operators/less.ts';
import { matches } from '../matching.ts';

test('strictly less', () => {
  expect([less.holds(1, 2, null), less.holds(2, 2, null), less.holds(3n, 4, null)]).toEqual([true, false, true]);
  expect(matches('latency < 3100us')).toBe(false);
  expect(matches('latency < 3101us')).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(less.example)).not.toThrow();
  expect(less.code).toBe('<');
});
