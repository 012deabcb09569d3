import { expect, test } from 'vitest';
import { or } from '../../../src/filter/operators/or.ts';
import { matches } from '../matching.ts';

test('one of them, spelled either way', () => {
  expect(matches('group || topic')).toBe(true);
  expect(matches('group or held')).toBe(false);
  expect(or.also).toEqual(['or']);
});

test('its example is a filter', () => {
  expect(() => matches(or.example)).not.toThrow();
  expect(or.code).toBe('||');
});
