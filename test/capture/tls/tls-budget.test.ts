import { expect, it } from 'vitest';
import { LimitCounter } from '../../../src/capture/limits.ts';
import { TlsBudget } from '../../../src/capture/tls/tls-budget.ts';

it('adds up what connections hold, and says and counts when that is too much', () => {
  const counter = new LimitCounter();
  const budget = new TlsBudget(100, counter);
  expect(budget.change(60)).toBe(true);
  expect(budget.change(40)).toBe(true);
  expect(budget.change(1)).toBe(false);
  expect(counter.counts()).toEqual({ tlsHeldBytesMax: 1 });
  expect(budget.change(-1)).toBe(true);
  expect(budget.bytes).toBe(100);
});
