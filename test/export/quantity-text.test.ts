import { describe, expect, it } from 'vitest';
import { bytesText, countText, durationText, shareText, timeText } from '../../src/export/quantity-text.ts';

describe('quantities for people', () => {
  it('shows the unknown as unknown', () => {
    expect([countText(null), bytesText(null), durationText(null), shareText(0, 0)]).toEqual(['?', '?', '?', '?']);
  });

  it.each([
    [812, '812 µs'],
    [4210, '4.21 ms'],
    [812_000, '812 ms'],
    [2_900_000, '2.90 s'],
    [200_000_000, '3m 20s'],
    [7_300_000_000, '2h 1m'],
  ])('writes %i µs as %s', (us, text) => expect(durationText(us)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [12_400, '12.4 kB'],
    [310_000, '310 kB'],
    [41_200_000, '41.2 MB'],
  ])('writes %i bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it('writes shares and times', () => {
    expect(shareText(4, 1000)).toBe('0.4 %');
    expect(shareText(1, 2)).toBe('50 %');
    expect([48_210, 999, 1_000, -1_234.4, 1_000_000].map(countText)).toEqual([
      '48,210',
      '999',
      '1,000',
      '-1,234',
      '1,000,000',
    ]);
    expect(timeText(0)).toBe('1970-01-01 00:00:00.000 UTC');
  });
});
