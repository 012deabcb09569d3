import { type RecordBase, readAnyRecord } from './any-record.ts';
import { freshRoom, type OutputRoom } from './codecs/output-room.ts';
import { readPlainRecord } from './plain-record.ts';
import type { KafkaRecord } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';

/** What the records of a batch become: objects for whoever looks into them, text for whoever only prints them. */
export interface RecordsForm<Records> {
  /** Where compressed batches are uncompressed to: memory of their own if records are views of it. */
  readonly room: OutputRoom;
  /** Reads `count` records of magic 2, a number that was checked. Throws RecordsFailure on what cannot be read. */
  read(cursor: RecordCursor, count: number, base: RecordBase, budget: RecordBudget): Records;
  /** Takes records that are objects already, those of legacy messages. */
  of(records: readonly KafkaRecord[]): Records;
}

/** Records as they are. */
export const recordObjects: RecordsForm<readonly KafkaRecord[]> = {
  room: freshRoom,
  read(cursor, count, base, budget) {
    const records: KafkaRecord[] = [];
    for (let n = 0; n < count; n += 1) {
      records.push(readPlainRecord(cursor, base, budget) ?? readAnyRecord(cursor, base, budget));
    }
    return records;
  },
  of: (records) => records,
};

/** A record of magic 2 has at least length, attributes, two deltas, two lengths and a header count. */
const recordBytesMin = 7;

/** Reads all records up to the cursor's end, which must be the end of the last. Throws RecordsFailure otherwise. */
export function readRecordsAs<Records>(
  form: RecordsForm<Records>,
  cursor: RecordCursor,
  count: number,
  base: RecordBase,
  budget: RecordBudget,
): Records {
  const bytesLeft = cursor.end - cursor.at;
  if (count < 0 || count * recordBytesMin > bytesLeft) {
    throw new RecordsFailure('bad-count', cursor.at, `${count} records cannot be in ${bytesLeft} bytes`);
  }
  if (!budget.spendRecords(count)) {
    throw new RecordsFailure('limit', cursor.at, `more than ${budget.limits.recordsPerSetMax} records in one set`);
  }
  const batchEnd = cursor.end;
  const records = form.read(cursor, count, base, budget);
  if (cursor.at !== batchEnd) {
    throw new RecordsFailure('bytes-left-over', cursor.at, `${batchEnd - cursor.at} bytes behind the last record`);
  }
  return records;
}
