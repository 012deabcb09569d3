import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatTime,
  nextTimeFormat,
  type TimeFormat,
  timeFormats,
  timeTitle,
} from '../../../ui/model/clock.ts';

const atUs = Date.UTC(2026, 10, 21, 14, 2, 11, 203) * 1000;

describe('time', () => {
  it('is told in UTC with milliseconds, or in local time', () => {
    expect(formatClock(atUs, true)).toBe('14:02:11.203');
    const local = new Date(atUs / 1000);
    expect(formatClock(atUs, false)).toBe(`${local.toTimeString().slice(0, 8)}.203`);
    expect(formatClock(Number.NaN, true)).toBe('?');
  });

  it('is told since the start, or since the row above', () => {
    expect(formatTime(atUs + 1_500_000, 'since-start', atUs, null)).toBe('1.500 s');
    expect(formatTime(atUs - 2_000, 'since-start', atUs, null)).toBe('-0.002 s');
    expect(formatTime(atUs, 'delta', atUs, null)).toBe('');
    expect(formatTime(atUs + 5_000, 'delta', atUs, atUs)).toBe('+5.0 ms');
    expect(formatTime(atUs, 'delta', atUs, atUs + 5_000)).toBe('-5.0 ms');
    expect(formatTime(atUs, 'utc', atUs, null)).toBe('14:02:11.203');
    expect(formatTime(atUs, 'local', atUs, null)).toBe(formatClock(atUs, false));
  });

  it('goes through all formats and back', () => {
    let format: TimeFormat = 'local';
    const seen = timeFormats.map(() => {
      format = nextTimeFormat(format);
      return timeTitle(format);
    });
    expect(seen).toEqual(['TIME UTC', 'SINCE START', 'DELTA', 'TIME']);
  });
});
