import { expect, it } from 'vitest';
import { compileTopicPattern } from '../../src/broker/topic-pattern.ts';

it('patterns match whole names; those that could stall or cannot be read are refused', () => {
  expect(compileTopicPattern('orders\\..*')?.test('orders.v1')).toBe(true);
  expect(compileTopicPattern('orders')?.test('orders.v1')).toBe(false);
  expect(compileTopicPattern('a|b')?.test('xb')).toBe(false);
  for (const refused of ['(a+)+', 'a*a*a*', '[', 'x'.repeat(201)]) expect(compileTopicPattern(refused)).toBeNull();
});
