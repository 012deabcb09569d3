import { describe, expect, test } from 'vitest';
import { parseTime } from '../../src/filter/time-literal.ts';

/** A local afternoon, so that the test says the same in every zone. */
const now = new Date(2026, 10, 21, 15, 30, 20);
const nowUs = now.getTime() * 1000;

function span(text: string): [number, number] {
  const found = parseTime(text)?.(nowUs);
  if (found === undefined) throw new Error(text);
  return [found.startUs, found.endUs - found.startUs];
}

const local = (...parts: [number, number, number, number, number, number]): number =>
  new Date(...parts).getTime() * 1000;

describe('time', () => {
  test('a clock time is today, local, as long as it is exact', () => {
    expect(span('14:02')).toEqual([local(2026, 10, 21, 14, 2, 0), 60_000_000]);
    expect(span('14:02:11')).toEqual([local(2026, 10, 21, 14, 2, 11), 1_000_000]);
    expect(span('14:02:11.203')).toEqual([local(2026, 10, 21, 14, 2, 11) + 203_000, 1_000]);
    expect(span('14:02:11.203456')).toEqual([local(2026, 10, 21, 14, 2, 11) + 203_456, 1]);
  });

  test('the day follows the clock', () => {
    const literal = parseTime('14:02');
    const dayUs = (day: number): number => local(2026, 10, day, 14, 2, 0);
    expect(literal?.(local(2026, 10, 21, 23, 59, 59)).startUs).toBe(dayUs(21));
    expect(literal?.(local(2026, 10, 22, 0, 0, 0)).startUs).toBe(dayUs(22));
  });

  test('a date is a day, a date and time may carry a zone', () => {
    expect(span('2026-11-21')[0]).toBe(local(2026, 10, 21, 0, 0, 0));
    expect(span('2026-11-21T14:02Z')).toEqual([Date.UTC(2026, 10, 21, 14, 2) * 1000, 60_000_000]);
    expect(span('2026-11-21T14:02:03.5+02:00')).toEqual([Date.UTC(2026, 10, 21, 12, 2, 3) * 1000 + 500_000, 100_000]);
    expect(span('2026-11-21T14:02-01:30')[0]).toBe(Date.UTC(2026, 10, 21, 15, 32) * 1000);
    expect(span('2026-11-21T14:02')[0]).toBe(local(2026, 10, 21, 14, 2, 0));
  });

  test('relative times are instants before now', () => {
    expect(span('-5m')).toEqual([nowUs - 300_000_000, 1]);
    expect(span('-1.5h')[0]).toBe(nowUs - 5_400_000_000);
    expect(span('-250us')[0]).toBe(nowUs - 250);
  });

  test.each([
    '24:00',
    '14:60',
    '14:02:60',
    '14',
    '5m',
    '-5',
    '-5d',
    '2026-13-01',
    '2026-02-30',
    '2026-11-21T25:00',
    '',
    '14:02Z',
  ])('%s is no time', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});
