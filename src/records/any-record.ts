import { type KafkaRecord, type RecordHeader, sequenceAfter } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';

const headerBytesMin = 2;

const noHeaders: readonly RecordHeader[] = Object.freeze([]);

/** What all records of a batch are counted from. */
export interface RecordBase {
  readonly offset: bigint;
  readonly timestamp: bigint;
  /** Set when one time counts for all records (LogAppendTime). */
  readonly appendTimestamp: bigint | null;
  readonly sequence: number;
}

/**
 * Reads one record of magic 2, whatever it looks like, and says what is wrong with one that cannot be read. The cursor
 * ends where its batch ends, before and after.
 */
export function readAnyRecord(cursor: RecordCursor, base: RecordBase, budget: RecordBudget): KafkaRecord {
  const batchEnd = cursor.end;
  const recordBytes = cursor.varint();
  if (recordBytes < 0 || recordBytes > batchEnd - cursor.at) {
    throw new RecordsFailure(
      'truncated',
      cursor.at,
      `a record of ${recordBytes} bytes, ${batchEnd - cursor.at} are left`,
    );
  }
  cursor.end = cursor.at + recordBytes;
  cursor.byte();
  const timestampDelta = cursor.varlong();
  const offsetDelta = cursor.varint();
  // In this form, and only in it, V8 adds 64-bit integers without calling anybody.
  const timestamp =
    base.appendTimestamp ??
    (typeof timestampDelta === 'number'
      ? BigInt.asIntN(64, base.timestamp + BigInt(timestampDelta))
      : BigInt.asIntN(64, base.timestamp + timestampDelta));
  const offset = BigInt.asIntN(64, base.offset + BigInt(offsetDelta));
  const key = cursor.nullableBytes();
  const value = cursor.nullableBytes();
  const headers = readHeaders(cursor, budget);
  if (cursor.at !== cursor.end) {
    throw new RecordsFailure(
      'malformed-record',
      cursor.at,
      `${cursor.end - cursor.at} bytes behind the record's headers`,
    );
  }
  cursor.end = batchEnd;
  return { offset, timestamp, sequence: sequenceAfter(base.sequence, offsetDelta), key, value, headers };
}

function readHeaders(cursor: RecordCursor, budget: RecordBudget): readonly RecordHeader[] {
  const count = cursor.varint();
  if (count === 0) return noHeaders;
  if (count < 0 || count * headerBytesMin > cursor.end - cursor.at) {
    throw new RecordsFailure('bad-count', cursor.at, `${count} headers cannot be in ${cursor.end - cursor.at} bytes`);
  }
  if (!budget.spendRecords(count)) {
    throw new RecordsFailure('limit', cursor.at, `more than ${budget.limits.recordsPerSetMax} records and headers`);
  }
  const headers: RecordHeader[] = [];
  for (let n = 0; n < count; n += 1) headers.push([cursor.text(), cursor.nullableBytes()]);
  return headers;
}
