import { describe, expect, it } from 'vitest';
import type { RecordBase } from '../../src/records/any-record.ts';
import { freshRoom } from '../../src/records/codecs/output-room.ts';
import { RecordCursor } from '../../src/records/record-cursor.ts';
import { RecordBudget, recordLimits } from '../../src/records/record-limits.ts';
import { type RecordsForm, readRecordsAs, recordObjects } from '../../src/records/records-form.ts';
import { recordBytes } from './record-bytes.ts';

const base: RecordBase = { offset: 100n, timestamp: 5n, appendTimestamp: null, sequence: -1 };
const two = Buffer.concat([
  recordBytes({ key: Buffer.from('a') }),
  // A delta of more than four bytes: only the general reader takes it.
  recordBytes({ offsetDelta: 1, timestampDelta: 2n ** 40n }),
]);

function read<Records>(form: RecordsForm<Records>, bytes: Uint8Array, count: number, recordsPerSetMax = 10): Records {
  const budget = new RecordBudget({ ...recordLimits, recordsPerSetMax });
  return readRecordsAs(form, new RecordCursor(bytes, 0, bytes.length), count, base, budget);
}

describe('readRecordsAs', () => {
  it('reads usual and unusual records as objects', () => {
    const records = read(recordObjects, two, 2);
    expect(records.map(({ offset, timestamp }) => [offset, timestamp])).toEqual([
      [100n, 5n],
      [101n, 5n + 2n ** 40n],
    ]);
    expect(recordObjects.of(records)).toBe(records);
  });

  it('refuses in any form what does not fit: the count, the budget, bytes left over', () => {
    let asked = 0;
    const counting: RecordsForm<null> = {
      room: freshRoom,
      read() {
        asked += 1;
        return null;
      },
      of: () => null,
    };
    expect(() => read(counting, two, -1)).toThrow(expect.objectContaining({ code: 'bad-count' }));
    expect(() => read(counting, two, 1 + two.length / 7)).toThrow(expect.objectContaining({ code: 'bad-count' }));
    expect(() => read(counting, two, 2, 1)).toThrow(expect.objectContaining({ code: 'limit' }));
    expect(asked).toBe(0);
    expect(() => read(counting, two, 1)).toThrow(expect.objectContaining({ code: 'bytes-left-over', offset: 0 }));
    expect(() => read(recordObjects, two, 1)).toThrow(expect.objectContaining({ code: 'bytes-left-over' }));
  });
});
