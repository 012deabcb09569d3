import { expect, test } from 'vitest';
import { none } from '../../../src/filter/operators/none.ts';
import { matches } from '../matching.ts';

test('no element, also when there is none', () => {
  expect(matches('none(topic == "b")', { topics: ['a'] })).toBe(true);
  expect(matches('none(topic == "b")', { topics: ['a', 'b'] })).toBe(false);
  expect(matches('none(topic == "b")', { topics: [] })).toBe(true);
});

test('its example is a filter', () => {
  expect(() => matches(none.example)).not.toThrow();
  expect(none.code).toBe('none');
});
