import { crc32 } from '../wire/crc32.ts';
import { crc32c } from '../wire/crc32c.ts';
import {
  attribute,
  batchField,
  codecNames,
  headerToMagicBytes,
  logOverheadBytes,
  magicOffset,
  messageField,
  sizeFieldMin,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';
import { RecordsFailure } from './record-limits.ts';
import { refillGzip } from './refill-gzip.ts';

/** What stands in the place of contents, as in that of secrets. */
const star = 0x2a;

/** A transaction marker (KIP-98): its key has type and version, its value the coordinator's epoch. */
const markerKeyBytes = 4;
const markerValueBytesMax = 8;

/** What was overwritten in a records field. */
export interface BlankedRecords {
  /** Records whose key, value and header values were overwritten one by one. */
  records: number;
  /** Compressed batches whose records were overwritten as a whole: they cannot be read any more. */
  compressedBatches: number;
  /** Bytes that read as no record and were overwritten for that. */
  unreadBytes: number;
}

/** Nothing overwritten yet. */
export function nothingBlanked(): BlankedRecords {
  return { records: 0, compressedBatches: 0, unreadBytes: 0 };
}

/**
 * Overwrites keys, values and header values in `bytes[start, end)`, a records field, and adds what it did to `into`.
 * Every length stays, so do offsets, timestamps, header names and whatever batch headers say; a checksum that was right
 * is made right again, a wrong one stays wrong. What cannot be read as a record is overwritten whole.
 */
export function blankRecords(bytes: Uint8Array, into: BlankedRecords, start = 0, end = bytes.length): BlankedRecords {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  while (end - at >= headerToMagicBytes) {
    const magic = bytes[at + magicOffset] as number;
    const sizeField = view.getInt32(at + batchField.batchLength);
    const sizeMin = sizeFieldMin[magic];
    if (sizeMin === undefined || sizeField < sizeMin) break;
    const batchEnd = at + logOverheadBytes + sizeField;
    if (batchEnd > end) {
      blankCutBatch(bytes, magic, at, end, into);
      return into;
    }
    if (magic === 2) blankBatch(bytes, view, at, batchEnd, into);
    else blankMessage(bytes, view, at, batchEnd, into);
    at = batchEnd;
  }
  blankUnread(bytes, at, end, into);
  return into;
}

/** Fetches end in a batch cut by their size limit: of it only the header is left. */
function blankCutBatch(bytes: Uint8Array, magic: number, at: number, end: number, into: BlankedRecords): void {
  const header = magic === 2 ? batchField.records : magic === 1 ? messageField.keyV1 : messageField.keyV0;
  blankUnread(bytes, Math.min(end, at + header), end, into);
}

function blankUnread(bytes: Uint8Array, start: number, end: number, into: BlankedRecords): void {
  if (start >= end) return;
  bytes.fill(star, start, end);
  into.unreadBytes += end - start;
}

function blankBatch(bytes: Uint8Array, view: DataView, at: number, end: number, into: BlankedRecords): void {
  const wasRight = crc32c(bytes, at + batchField.attributes, end) === view.getUint32(at + batchField.crc);
  const attributes = view.getInt16(at + batchField.attributes);
  const recordsAt = at + batchField.records;
  const control = (attributes & attribute.control) !== 0;
  const codec = attributes & attribute.codecMask;
  if (codec === 0) blankPlain(bytes, recordsAt, end, control, into);
  else if (!(codecNames[codec] === 'gzip' && blankGzip(bytes, recordsAt, end, control, into))) {
    bytes.fill(star, recordsAt, end);
    into.compressedBatches += 1;
  }
  if (wasRight) view.setUint32(at + batchField.crc, crc32c(bytes, at + batchField.attributes, end));
}

/** Of the codecs, gzip alone has room for padding; its batches stay readable. */
function blankGzip(bytes: Uint8Array, start: number, end: number, control: boolean, into: BlankedRecords): boolean {
  const inside = nothingBlanked();
  const done = refillGzip(bytes, start, end, (payload) => blankPlain(payload, 0, payload.length, control, inside));
  if (!done) return false;
  into.records += inside.records;
  into.unreadBytes += inside.unreadBytes;
  return true;
}

function blankPlain(bytes: Uint8Array, start: number, end: number, control: boolean, into: BlankedRecords): void {
  const cursor = new RecordCursor(bytes, start, end);
  try {
    while (cursor.at < end) blankRecord(bytes, cursor, control, into);
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    blankUnread(bytes, cursor.at, end, into);
  }
}

function blankRecord(bytes: Uint8Array, cursor: RecordCursor, control: boolean, into: BlankedRecords): void {
  const batchEnd = cursor.end;
  const recordBytes = cursor.varint();
  if (recordBytes < 0 || recordBytes > batchEnd - cursor.at) {
    throw new RecordsFailure('truncated', cursor.at, 'a record of another length');
  }
  const recordEnd = cursor.at + recordBytes;
  cursor.end = recordEnd;
  cursor.byte();
  cursor.varlong();
  cursor.varint();
  const key = cursor.nullableBytes();
  if (!(control && key?.length === markerKeyBytes)) key?.fill(star);
  const value = cursor.nullableBytes();
  if (!(control && (value?.length ?? 0) <= markerValueBytesMax)) value?.fill(star);
  for (let left = cursor.varint(); left > 0; left -= 1) {
    const nameBytes = cursor.varint();
    if (nameBytes < 0) throw new RecordsFailure('malformed-record', cursor.at, 'a header without name');
    cursor.take(nameBytes);
    cursor.nullableBytes()?.fill(star);
  }
  // Bytes behind the last header belong to nothing known, so they may be anything.
  if (cursor.at < recordEnd) blankUnread(bytes, cursor.at, recordEnd, into);
  cursor.at = recordEnd;
  cursor.end = batchEnd;
  into.records += 1;
}

function blankMessage(bytes: Uint8Array, view: DataView, at: number, end: number, into: BlankedRecords): void {
  const wasRight = crc32(bytes, at + magicOffset, end) === view.getUint32(at + messageField.crc);
  const keyAt = at + (bytes[at + magicOffset] === 0 ? messageField.keyV0 : messageField.keyV1);
  const compressed = ((bytes[at + messageField.attributes] ?? 0) & attribute.codecMask) !== 0;
  const valueAt = blankSized(bytes, view, keyAt, end, into);
  const restAt = valueAt < 0 ? end : blankSized(bytes, view, valueAt, end, into);
  if (restAt >= 0) blankUnread(bytes, restAt, end, into);
  if (compressed) into.compressedBatches += 1;
  else into.records += 1;
  if (wasRight) view.setUint32(at + messageField.crc, crc32(bytes, at + magicOffset, end));
}

/** Overwrites bytes behind an int32 length and returns where they end; -1 when all up to `end` had to go. */
function blankSized(bytes: Uint8Array, view: DataView, at: number, end: number, into: BlankedRecords): number {
  const length = end - at < 4 ? 0 : view.getInt32(at);
  if (end - at < 4 || length > end - at - 4) {
    blankUnread(bytes, at, end, into);
    return -1;
  }
  bytes.fill(star, at + 4, at + 4 + Math.max(0, length));
  return at + 4 + Math.max(0, length);
}
