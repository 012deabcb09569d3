import { describe, expect, it } from 'vitest';
import {
  annotateLimits,
  pluralBytes,
  pluralRecords,
  RecordSpending,
  timestampNote,
} from '../../src/records/record-contents.ts';
import { recordLimits } from '../../src/records/record-limits.ts';

describe('what is said of records', () => {
  it('counts in words', () => {
    expect([pluralBytes(1), pluralBytes(0), pluralRecords(1), pluralRecords(2)]).toEqual([
      '1 byte',
      '0 bytes',
      '1 record',
      '2 records',
    ]);
  });

  it('says times of this era, and of no other', () => {
    expect(timestampNote(1_700_000_000_000n)).toBe('2023-11-14T22:13:20.000Z');
    expect(timestampNote(-1n)).toBe('none');
    expect(timestampNote(-2n)).toBeNull();
    expect(timestampNote((1n << 63n) - 1n)).toBeNull();
  });

  it('spends less on a screen than a consumer may', () => {
    expect(annotateLimits.uncompressedSetBytesMax).toBeLessThan(recordLimits.uncompressedSetBytesMax);
    const spending = new RecordSpending();
    expect(spending.mayCheck(8 * 1024 * 1024)).toBe(true);
    expect(spending.mayCheck(1)).toBe(false);
    expect(new RecordSpending({ uncompressedBatchBytesMax: 5 }).budget.outputBytesMax(100)).toBe(5);
  });
});
