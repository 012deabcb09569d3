import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecordBase, readAnyRecord } from '../../src/records/any-record.ts';
import { readPlainRecord } from '../../src/records/plain-record.ts';
import { RecordCursor } from '../../src/records/record-cursor.ts';
import { RecordBudget, RecordsFailure, recordLimits } from '../../src/records/record-limits.ts';
import { arbitraryRecordBytes, recordBytes } from './record-bytes.ts';

const base: RecordBase = { offset: 100n, timestamp: 1_790_000_000_000n, appendTimestamp: null, sequence: 7 };

function budgetOf(recordsPerSetMax = recordLimits.recordsPerSetMax): RecordBudget {
  return new RecordBudget({ ...recordLimits, recordsPerSetMax });
}

/** Both readings of the same bytes; the general one is the truth. Gives whether the plain one read them. */
function expectAgreement(bytes: Uint8Array, start = 0): boolean {
  const plain = new RecordCursor(bytes, start, bytes.length);
  const any = new RecordCursor(bytes, start, bytes.length);
  const record = readPlainRecord(plain, base, budgetOf());
  if (record === null) {
    expect([plain.at, plain.end]).toEqual([start, bytes.length]);
    return false;
  }
  expect(record).toEqual(readAnyRecord(any, base, budgetOf()));
  expect([plain.at, plain.end]).toEqual([any.at, any.end]);
  return true;
}

describe('readPlainRecord', () => {
  it('reads every record a writer writes, unless a length or delta is very large', () => {
    fc.assert(
      fc.property(arbitraryRecordBytes, fc.nat(9), (bytes, before) => {
        expect(expectAgreement(Buffer.concat([Buffer.alloc(before, 0xff), bytes]), before)).toBe(true);
      }),
    );
    expect(expectAgreement(recordBytes({ timestampDelta: 2n ** 40n }))).toBe(false);
    expect(expectAgreement(recordBytes({ value: Buffer.alloc(70_000) }))).toBe(true);
  });

  it('reads of spoilt bytes only what the general reader reads, and as it does', () => {
    let read = 0;
    const spoilt = fc.tuple(arbitraryRecordBytes, fc.nat(), fc.nat(255), fc.option(fc.nat()));
    fc.assert(
      fc.property(spoilt, ([bytes, at, byte, cut]) => {
        bytes[at % bytes.length] = byte;
        if (expectAgreement(cut === null ? bytes : bytes.subarray(0, cut % bytes.length))) read += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('does not read into what follows the record', () => {
    const bytes = Buffer.concat([recordBytes({ key: Buffer.from('key') }), Buffer.from([0xff, 0xff])]);
    expect(expectAgreement(bytes)).toBe(true);
    // One byte less announced than its fields take.
    bytes[0] = (bytes[0] ?? 0) - 2;
    expect(expectAgreement(bytes)).toBe(false);
  });

  it('leaves headers beyond the budget to the reader that says so', () => {
    const bytes = recordBytes({ headers: [['a', null] as const, ['b', null] as const] });
    const cursor = new RecordCursor(bytes, 0, bytes.length);
    const budget = budgetOf(1);
    expect(readPlainRecord(cursor, base, budget)).toBeNull();
    expect(cursor.at).toBe(0);
    expect(() => readAnyRecord(cursor, base, budget)).toThrow(RecordsFailure);
  });
});
