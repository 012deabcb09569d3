import { expect, test } from 'vitest';
import { durationUnits, sizeUnits, unitNamed, writtenNumber } from '../../src/filter/units.ts';

test('a word is taken apart into number and unit', () => {
  expect(writtenNumber('100ms')).toEqual({ digits: '100', unit: 'ms' });
  expect(writtenNumber('-1.5KiB')).toEqual({ digits: '-1.5', unit: 'KiB' });
  expect(writtenNumber('+7')).toEqual({ digits: '7', unit: '' });
  expect(writtenNumber('3µs')).toEqual({ digits: '3', unit: 'us' });
  for (const word of ['', '.5', '5.', '1e3', 'ms', '1ms2', '0x10', '9'.repeat(40)])
    expect(writtenNumber(word)).toBeNull();
});

test('units in any case, where the case does not decide', () => {
  expect(unitNamed(sizeUnits, 'kb')).toBe('KB');
  expect(unitNamed(sizeUnits, 'KIB')).toBe('KiB');
  expect(unitNamed(durationUnits, 'MS')).toBe('ms');
  expect(unitNamed(durationUnits, 'd')).toBeNull();
  expect(unitNamed(durationUnits, 'constructor')).toBeNull();
});

test('KB is 1000 and KiB 1024, an hour has 3600 seconds', () => {
  expect([sizeUnits.KB, sizeUnits.KiB, sizeUnits.GB, sizeUnits.GiB]).toEqual([1e3, 2 ** 10, 1e9, 2 ** 30]);
  expect([durationUnits.h, durationUnits.m]).toEqual([3600e6, 60e6]);
});
