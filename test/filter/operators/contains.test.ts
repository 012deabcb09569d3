import { expect, test } from 'vitest';
import { contains } from '../../../src/filter/operators/contains.ts';
import { matches } from '../matching.ts';

test('occurs anywhere, case counts', () => {
  expect(matches('topic contains "ders"')).toBe(true);
  expect(matches('topic contains "Orders"')).toBe(false);
  expect(matches('api contains "odu"')).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(contains.example)).not.toThrow();
  expect(contains.code).toBe('contains');
});
