import { describe, expect, it } from 'vitest';
import { type RecordBase, readAnyRecord } from '../../src/records/any-record.ts';
import { RecordCursor } from '../../src/records/record-cursor.ts';
import { RecordBudget, RecordsFailure, recordLimits } from '../../src/records/record-limits.ts';
import { recordBytes } from './record-bytes.ts';

const base: RecordBase = { offset: 100n, timestamp: 1000n, appendTimestamp: null, sequence: -1 };

function read(bytes: Uint8Array, from: Partial<RecordBase> = {}) {
  const cursor = new RecordCursor(bytes, 0, bytes.length);
  return readAnyRecord(cursor, { ...base, ...from }, new RecordBudget(recordLimits));
}

function failureOf(bytes: Uint8Array): { code: string; offset: number } {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof RecordsFailure) return { code: error.code, offset: error.offset };
    throw error;
  }
  throw new Error('it was read');
}

describe('readAnyRecord', () => {
  it('counts from the base, beyond 32 bits and round the 64th', () => {
    const bytes = recordBytes({ timestampDelta: 2n ** 40n, offsetDelta: 3 });
    expect(read(bytes)).toMatchObject({ offset: 103n, timestamp: 1000n + 2n ** 40n, sequence: -1 });
    expect(read(bytes, { offset: 2n ** 63n - 1n, sequence: 0x7fffffff })).toMatchObject({
      offset: -(2n ** 63n) + 2n,
      sequence: 2,
    });
    expect(read(bytes, { appendTimestamp: 5n }).timestamp).toBe(5n);
  });

  it('gives headers with their byte order marks, as Java does', () => {
    const headers = [['\ufeffname', Buffer.from('v')] as const, ['', null] as const];
    expect(read(recordBytes({ headers })).headers).toEqual([
      ['\ufeffname', new Uint8Array(Buffer.from('v'))],
      ['', null],
    ]);
  });

  it('says what is wrong, and where', () => {
    const whole = recordBytes({ key: Buffer.from('k'), headers: [['h', null]] });
    expect(failureOf(whole.subarray(0, whole.length - 1))).toEqual({ code: 'truncated', offset: 1 });
    const longer = Uint8Array.of((whole[0] ?? 0) + 2, ...whole.subarray(1), 0);
    expect(failureOf(longer)).toEqual({ code: 'malformed-record', offset: longer.length - 1 });
    // Length 6: attributes, two deltas, null key, null value, and 63 headers in no bytes.
    expect(failureOf(Uint8Array.of(12, 0, 0, 0, 1, 1, 126))).toEqual({ code: 'bad-count', offset: 7 });
  });
});
