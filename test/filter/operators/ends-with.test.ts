import { expect, test } from 'vitest';
import { endsWith } from '../../../src/filter/operators/ends-with.ts';
import { matches } from '../matching.ts';

test('at the end only', () => {
  expect(matches('topic endswith "v1"')).toBe(true);
  expect(matches('topic endswith "orders"')).toBe(false);
});

test('its example is a filter', () => {
  expect(() => matches(endsWith.example)).not.toThrow();
  expect(endsWith.code).toBe('endswith');
});
