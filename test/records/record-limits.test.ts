import { describe, expect, it } from 'vitest';
import { RecordBudget, RecordsFailure, recordLimits } from '../../src/records/record-limits.ts';

const mebibyte = 1024 * 1024;

describe('RecordBudget', () => {
  it('allows small inputs a mebibyte, larger ones a thousandfold, none more than a batch may have', () => {
    const budget = new RecordBudget(recordLimits);
    expect(budget.outputBytesMax(1)).toBe(mebibyte);
    expect(budget.outputBytesMax(2000)).toBe(2_000_000);
    expect(budget.outputBytesMax(100_000_000)).toBe(64 * mebibyte);
  });

  it('shrinks with what the set has used', () => {
    const budget = new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: 1000 });
    budget.spendUncompressed(990);
    expect(budget.outputBytesMax(50)).toBe(10);
    budget.spendUncompressed(20);
    expect(budget.outputBytesMax(50)).toBeLessThanOrEqual(0);
  });

  it('counts records to the limit and no further', () => {
    const budget = new RecordBudget({ ...recordLimits, recordsPerSetMax: 3 });
    expect([budget.spendRecords(3), budget.spendRecords(0), budget.spendRecords(1)]).toEqual([true, true, false]);
  });
});

describe('RecordsFailure', () => {
  it('says what, where and why', () => {
    const failure = new RecordsFailure('bad-size', 7, 'detail');
    expect([failure.code, failure.offset, failure.message]).toEqual(['bad-size', 7, 'detail']);
  });
});
