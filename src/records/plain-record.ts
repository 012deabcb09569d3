import { textAt } from '../wire/reader.ts';
import type { RecordBase } from './any-record.ts';
import { type KafkaRecord, type RecordHeader, sequenceAfter } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordBudget } from './record-limits.ts';

const noHeaders: readonly RecordHeader[] = Object.freeze([]);
/** Bits of a varint of four bytes; nearly all lengths and deltas there are fit. */
const plainVarintBits = 28;

/** Beyond every end, and still a small integer to V8. */
const beyond = 0x7fff_ffff;

/** Where the varint read last ended; beyond every end after a longer one, so that whoever looks at it gives up. */
let position = 0;

function varint(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first < 0x80) {
    position = start + 1;
    return (first >>> 1) ^ -(first & 1);
  }
  const second = bytes[start + 1] ?? 0;
  if (second < 0x80) {
    position = start + 2;
    const raw = (first & 0x7f) | (second << 7);
    return (raw >>> 1) ^ -(raw & 1);
  }
  return longVarint(bytes, start);
}

function longVarint(bytes: Uint8Array, start: number): number {
  let raw = 0;
  let at = start;
  for (let shift = 0; shift < plainVarintBits; shift += 7) {
    const byte = bytes[at] ?? 0;
    at += 1;
    raw |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      position = at;
      return (raw >>> 1) ^ -(raw & 1);
    }
  }
  position = beyond;
  return 0;
}

/** Where the parts of a record lie; a negative length is a null. */
export interface PlainRecord {
  timestampDelta: number;
  offsetDelta: number;
  keyAt: number;
  keyBytes: number;
  valueAt: number;
  valueBytes: number;
  headersAt: number;
  headerCount: number;
  end: number;
}

/** The record found last: one object for all, as millions are found and none is kept. */
const found: PlainRecord = {
  timestampDelta: 0,
  offsetDelta: 0,
  keyAt: 0,
  keyBytes: 0,
  valueAt: 0,
  valueBytes: 0,
  headersAt: 0,
  headerCount: 0,
  end: 0,
};

/**
 * Finds the parts of a record that looks as nearly all do. Null for any other, well formed or not. Its headers are not
 * looked at yet. What is returned holds until the next call.
 */
export function findPlainRecord(cursor: RecordCursor): PlainRecord | null {
  const { bytes } = cursor;
  const recordBytes = varint(bytes, cursor.at);
  const end = position + recordBytes;
  if (recordBytes < 0 || end > cursor.end) return null;
  // The attributes of a record have no meaning yet.
  found.timestampDelta = varint(bytes, position + 1);
  found.offsetDelta = varint(bytes, position);
  const keyBytes = varint(bytes, position);
  const keyAt = position;
  const valueBytes = varint(bytes, keyBytes > 0 ? keyAt + keyBytes : keyAt);
  const valueAt = position;
  const headerCount = varint(bytes, valueBytes > 0 ? valueAt + valueBytes : valueAt);
  if (position > end || headerCount < 0 || (headerCount === 0 && position !== end)) return null;
  found.keyAt = keyAt;
  found.keyBytes = keyBytes;
  found.valueAt = valueAt;
  found.valueBytes = valueBytes;
  found.headersAt = position;
  found.headerCount = headerCount;
  found.end = end;
  return found;
}

/** Where the parts of a header lie; a negative length of its value is a null. */
export interface PlainHeader {
  nameAt: number;
  nameBytes: number;
  valueAt: number;
  valueBytes: number;
  /** Where the next one begins. */
  end: number;
}

const foundHeader: PlainHeader = { nameAt: 0, nameBytes: 0, valueAt: 0, valueBytes: 0, end: 0 };

/** Finds the parts of a record's header; null unless it is a usual one that ends at `end` or before. */
export function findPlainHeader(bytes: Uint8Array, start: number, end: number): PlainHeader | null {
  const nameBytes = varint(bytes, start);
  const nameAt = position;
  const valueBytes = varint(bytes, nameAt + nameBytes);
  const valueAt = position;
  const headerEnd = valueBytes > 0 ? valueAt + valueBytes : valueAt;
  if (nameBytes < 0 || headerEnd > end) return null;
  foundHeader.nameAt = nameAt;
  foundHeader.nameBytes = nameBytes;
  foundHeader.valueAt = valueAt;
  foundHeader.valueBytes = valueBytes;
  foundHeader.end = headerEnd;
  return foundHeader;
}

/**
 * Reads a record that looks as nearly all do, in half the time of `readAnyRecord` since it looks at the bounds once.
 * Null for any other, well formed or not: then the cursor stands where it stood.
 */
export function readPlainRecord(cursor: RecordCursor, base: RecordBase, budget: RecordBudget): KafkaRecord | null {
  const record = findPlainRecord(cursor);
  if (record === null) return null;
  const { timestampDelta, offsetDelta, keyAt, keyBytes, valueAt, valueBytes, end } = record;
  const headers = record.headerCount === 0 ? noHeaders : readHeaders(cursor, record);
  if (headers === null || !budget.spendRecords(headers.length)) return null;
  cursor.at = end;
  const timestamp = base.appendTimestamp ?? BigInt.asIntN(64, base.timestamp + BigInt(timestampDelta));
  return {
    offset: BigInt.asIntN(64, base.offset + BigInt(offsetDelta)),
    timestamp,
    sequence: sequenceAfter(base.sequence, offsetDelta),
    key: keyBytes < 0 ? null : cursor.view(keyAt, keyBytes),
    value: valueBytes < 0 ? null : cursor.view(valueAt, valueBytes),
    headers,
  };
}

function readHeaders(cursor: RecordCursor, { headersAt, headerCount, end }: PlainRecord): RecordHeader[] | null {
  const { bytes } = cursor;
  const headers: RecordHeader[] = [];
  let at = headersAt;
  for (let index = 0; index < headerCount; index += 1) {
    const header = findPlainHeader(bytes, at, end);
    if (header === null) return null;
    const { nameAt, nameBytes, valueAt, valueBytes } = header;
    at = header.end;
    const name = textAt(bytes, nameAt, nameAt + nameBytes);
    headers.push([name, valueBytes < 0 ? null : cursor.view(valueAt, valueBytes)]);
  }
  return at === end ? headers : null;
}
