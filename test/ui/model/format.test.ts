import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatDurationShort,
  formatElapsed,
  formatMemory,
  formatMs,
  formatShare,
  formatShort,
  formatSize,
} from '../../../ui/model/format.ts';

describe('figures', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [48_210, '48,210'],
    [-1_234_567, '-1,234,567'],
  ])('counts %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0'],
    [3.14, '3.1'],
    [9.96, '10'],
    [999.6, '1.0k'],
    [3_104, '3.1k'],
    [48_210, '48k'],
    [999_600, '1.0M'],
    [2_500_000_000, '2.5G'],
  ])('shortens %s', (value, text) => expect(formatShort(value)).toBe(text));

  it.each([
    [null, '?'],
    [0, '0.0 ms'],
    [10, '<0.1 ms'],
    [900, '0.9 ms'],
    [812_000, '812.0 ms'],
    [999_960, '1.0 s'],
    [2_900_000, '2.9 s'],
    [65_000_000, '1m 05s'],
    [12_000_000_000, '3h 20m'],
    [Number.NaN, '?'],
  ])('tells a duration of %s us', (us, text) => expect(formatDuration(us)).toBe(text));

  it('tells it shorter in a sentence', () => {
    expect([499_400, 2_890_000, 800, null].map(formatDurationShort)).toEqual(['499 ms', '2.9 s', '0.8 ms', '?']);
  });

  it.each([
    [null, '?'],
    [20, '<0.1'],
    [44_000, '44.0'],
    [1_200_000, '1200'],
    [12_000_000, '12,000'],
  ])('gives %s us as a cell of milliseconds', (us, text) => expect(formatMs(us)).toBe(text));

  it.each([
    [null, '?'],
    [412, '412 B'],
    [11_915, '11.9 KB'],
    [310_000, '310.0 KB'],
    [999_960, '1.0 MB'],
    [118_000_000, '118.0 MB'],
    [2e9, '2.0 GB'],
  ])('gives %s bytes', (bytes, text) => expect(formatSize(bytes)).toBe(text));

  it('gives memory in the units of its limit', () => {
    expect([500, 2048, 67_108_864, 2_147_483_648].map(formatMemory)).toEqual(['500 B', '2 KiB', '64 MiB', '2.0 GiB']);
  });

  it('never calls a small share zero nor a large one all', () => {
    expect([null, 0, 0.0001, 0.004, 0.52, 0.9999, 1].map(formatShare)).toEqual([
      '?',
      '0.0%',
      '<0.1%',
      '0.4%',
      '52%',
      '>99.9%',
      '100%',
    ]);
  });

  it('tells the time since the start', () => {
    expect([0, 847_000_000, 360_000_000_000, -5].map(formatElapsed)).toEqual([
      '00:00:00',
      '00:14:07',
      '100:00:00',
      '00:00:00',
    ]);
  });

  it('stays within a table cell whatever comes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3e11, noNaN: true }), (value) => {
        expect(formatDuration(value).length).toBeLessThanOrEqual(9);
        expect(formatShort(value).length).toBeLessThanOrEqual(5);
        expect(formatSize(value).length).toBeLessThanOrEqual(9);
      }),
    );
  });
});
