import { expect, test } from 'vitest';
import { and } from '../../../src/filter/operators/and.ts';
import { matches } from '../matching.ts';

test('both, spelled either way', () => {
  expect(matches('api == Produce && topic')).toBe(true);
  expect(matches('api == Produce AND group')).toBe(false);
  expect(and.also).toEqual(['and']);
});

test('its example is a filter', () => {
  expect(() => matches(and.example)).not.toThrow();
  expect(and.code).toBe('&&');
});
