import { expect, it } from 'vitest';
import { LimitAlarm } from '../../src/exchange/limit-alarm.ts';

it('tells a count once, and again each time it has doubled', () => {
  const alarm = new LimitAlarm();
  const told: number[] = [];
  for (let count = 0; count <= 20; count += 1) if (alarm.rings(count)) told.push(count);
  expect(told).toEqual([1, 2, 4, 8, 16]);
  expect(alarm.rings(100)).toBe(true);
  expect(alarm.rings(100)).toBe(false);
  expect(alarm.count).toBe(100);
});
