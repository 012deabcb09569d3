import { expect, test } from 'vitest';
import { startsWith } from '../../../src/filter/operators/starts-with.ts';
import { matches } from '../matching.ts';

test('at the beginning only', () => {
  expect(matches('topic startswith "orders"')).toBe(true);
  expect(matches('topic startswith "v1"')).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(startsWith.example)).not.toThrow();
  expect(startsWith.code).toBe('startswith');
});
