import { expect, test } from 'vitest';
import { loopIdleUs, nowUs, processorUs } from '../../src/proxy/clock.ts';

test('counts microseconds of the epoch and never goes back', () => {
  const before = Date.now() * 1000;
  let last = nowUs();
  // The wall clock may have been set since this process began; a minute is far more than any drift.
  expect(Math.abs(last - before)).toBeLessThan(60_000_000);
  expect(Number.isInteger(last)).toBe(true);
  for (let turn = 0; turn < 1000; turn += 1) {
    const now = nowUs();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test('idle and processor time are microseconds that only grow', () => {
  const [idle, processor] = [loopIdleUs(), processorUs()];
  let sum = 0;
  for (let turn = 0; turn < 1_000_000; turn += 1) sum += turn;
  expect(sum).toBeGreaterThan(0);
  expect(loopIdleUs()).toBeGreaterThanOrEqual(idle);
  expect(processorUs()).toBeGreaterThanOrEqual(processor);
  expect(processor).toBeGreaterThan(1000);
});
