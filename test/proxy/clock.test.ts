import { expect, test } from 'vitest';
import { nowUs } from '../../src/proxy/clock.ts';

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
