import { crc32c } from '../wire/crc32c.ts';
import { annotateLegacyMessage } from './annotate-message.ts';
import { annotateContents, checksumNote, sizeOfBatch, uncompressed } from './annotate-parts.ts';
import { attribute, batchField, codecNames } from './record-batch.ts';
import {
  pluralBytes,
  pluralRecords,
  type RecordContents,
  type RecordPart,
  type RecordSpending,
  timestampNote,
} from './record-contents.ts';
import { readVarint, readVarlong } from './record-varint.ts';
import type { SpanWriter } from './span-writer.ts';

/** Fewest bytes a magic 2 record takes; a count is checked against it. */
const recordBytesMin = 7;
const headerBytesMin = 2;

/** What the header of a batch says that its records need. */
interface BatchHeader {
  readonly baseOffset: bigint;
  readonly baseTimestamp: bigint;
  readonly appendTimestamp: bigint | null;
  readonly control: boolean;
  readonly count: number;
}

/**
 * Makes the spans of `[start, end)`, the bytes of a `records` field, as children of the container that is open:
 * batches, their header fields, and below a `records` span each record with its fields. Records of a compressed batch
 * point into a view of the uncompressed bytes. Without `contents` nothing is uncompressed and no record is shown.
 */
export function annotateRecords(
  writer: SpanWriter,
  start: number,
  end: number,
  contents: RecordContents | null,
  spending: RecordSpending,
): void {
  writer.within(start, end, () => {
    const { reader } = writer;
    for (let index = 0; reader.position < end; index += 1) {
      const at = reader.position;
      const batch = sizeOfBatch(reader.bytes, at, end);
      if (typeof batch === 'string' || index >= spending.budget.limits.batchesPerSetMax) {
        const note = typeof batch === 'string' ? batch : `more than ${index} batches`;
        reader.position = end;
        writer.leaf('rest', 'BYTES', undefined, `${pluralBytes(end - at)}: ${note}`, at);
        return;
      }
      if (writer.full) writer.omit(1);
      else if (batch.magic === 2) annotateBatch(writer, index, at + batch.bytes, contents, spending);
      else annotateLegacyMessage(writer, index, at + batch.bytes, contents, spending);
      reader.position = at + batch.bytes;
    }
  });
}

function annotateBatch(
  writer: SpanWriter,
  index: number,
  end: number,
  contents: RecordContents | null,
  spending: RecordSpending,
): void {
  const start = writer.reader.position;
  writer.open(`[${index}]`, 'BATCH');
  const attributes = writer.reader.bytes[start + batchField.attributes + 1] ?? 0;
  const codecNumber = attributes & attribute.codecMask;
  const codec = codecNames[codecNumber] ?? `codec ${codecNumber}`;
  const header = annotateHeader(writer, start, end, attributes, codec, spending);
  const bytes = end - writer.reader.position;
  if (contents === null) {
    const from = writer.reader.position;
    writer.reader.position = end;
    writer.leaf('records', 'RECORDS', undefined, `${pluralRecords(header.count)} in ${pluralBytes(bytes)}`, from);
  } else if (codecNumber === 0) {
    writer.open('records', 'RECORDS');
    let failure: string | null = null;
    writer.within(writer.reader.position, end, () => {
      failure = annotateAll(writer, end, header, contents);
    });
    writer.reader.position = end;
    writer.close(failure ?? pluralRecords(header.count));
  } else {
    annotateCompressed(writer, end, codecNumber, header, contents, spending);
  }
  writer.close(`${pluralRecords(header.count)}, ${codec}${header.control ? ', control' : ''}`);
}

function attributesNote(attributes: number, codec: string): string {
  const words = [codec, (attributes & attribute.logAppendTime) !== 0 ? 'LogAppendTime' : 'CreateTime'];
  if ((attributes & attribute.transactional) !== 0) words.push('transactional');
  if ((attributes & attribute.control) !== 0) words.push('control');
  if ((attributes & attribute.deleteHorizon) !== 0) words.push('delete horizon');
  return words.join(', ');
}

function annotateHeader(
  writer: SpanWriter,
  start: number,
  end: number,
  attributes: number,
  codec: string,
  spending: RecordSpending,
): BatchHeader {
  const { reader } = writer;
  const field = (name: string, type: string, value: number | bigint, note: string | null, width: number): void =>
    writer.leaf(name, type, value, note, reader.position - width);
  const baseOffset = reader.int64();
  field('baseOffset', 'INT64', baseOffset, null, 8);
  field('batchLength', 'INT32', reader.int32(), null, 4);
  field('partitionLeaderEpoch', 'INT32', reader.int32(), null, 4);
  field('magic', 'INT8', reader.int8(), null, 1);
  const crc = reader.uint32();
  const covered = start + batchField.attributes;
  const verdict = checksumNote(crc, end - covered, spending, () => crc32c(reader.bytes, covered, end));
  field('crc', 'UINT32', crc, verdict, 4);
  field('attributes', 'INT16', reader.int16(), attributesNote(attributes, codec), 2);
  const lastOffsetDelta = reader.int32();
  field(
    'lastOffsetDelta',
    'INT32',
    lastOffsetDelta,
    `offset ${BigInt.asIntN(64, baseOffset + BigInt(lastOffsetDelta))}`,
    4,
  );
  const baseTimestamp = reader.int64();
  field('baseTimestamp', 'INT64', baseTimestamp, timestampNote(baseTimestamp), 8);
  const maxTimestamp = reader.int64();
  field('maxTimestamp', 'INT64', maxTimestamp, timestampNote(maxTimestamp), 8);
  const producerId = reader.int64();
  field('producerId', 'INT64', producerId, producerId === -1n ? 'none' : null, 8);
  field('producerEpoch', 'INT16', reader.int16(), null, 2);
  field('baseSequence', 'INT32', reader.int32(), null, 4);
  const count = reader.int32();
  field('recordCount', 'INT32', count, null, 4);
  const appendTimestamp = (attributes & attribute.logAppendTime) !== 0 ? maxTimestamp : null;
  return { baseOffset, baseTimestamp, appendTimestamp, control: (attributes & attribute.control) !== 0, count };
}

function annotateCompressed(
  writer: SpanWriter,
  end: number,
  codecNumber: number,
  header: BatchHeader,
  contents: RecordContents,
  spending: RecordSpending,
): void {
  const { reader } = writer;
  const start = reader.position;
  writer.open('records', 'COMPRESSED_RECORDS');
  const plain = uncompressed(reader.bytes.subarray(start, end), codecNumber, 2, spending);
  let note: string;
  if (typeof plain === 'string') note = plain;
  else {
    let failure: string | null = null;
    const used = writer.inView(`${writer.path} uncompressed`, plain, (keptBytes) => {
      failure = annotateAll(writer, keptBytes, header, contents);
    });
    const sizes = `${pluralBytes(end - start)} hold ${plain.length}`;
    note = used === null ? `${sizes}; not shown, the message has too many` : (failure ?? sizes);
  }
  reader.position = end;
  writer.close(note);
}

/** Reads records, of which the bytes up to `end` are kept; says where and why it stopped, if it did. */
function annotateAll(writer: SpanWriter, end: number, header: BatchHeader, contents: RecordContents): string | null {
  const { reader } = writer;
  const bytesLeft = reader.end - reader.position;
  if (header.count < 0 || header.count * recordBytesMin > bytesLeft) {
    return `${header.count} records cannot be in ${pluralBytes(bytesLeft)}`;
  }
  for (let index = 0; index < header.count; index += 1) {
    const start = reader.position;
    const first = `the first ${index} of ${pluralRecords(header.count)}`;
    if (writer.full || (start >= end && end < reader.end)) {
      writer.omit(header.count - index);
      return first;
    }
    const size = readVarint(reader);
    if (reader.failed) return `record ${index} at byte ${start}: ${reader.failureDetail}`;
    if (size < 0 || size > reader.remaining) {
      return `record ${index} at byte ${start}: ${size} bytes announced, ${reader.remaining} there`;
    }
    const recordEnd = reader.position + size;
    if (recordEnd > end && end < reader.end) {
      writer.omit(header.count - index);
      return first;
    }
    const failure = annotateRecord(writer, index, start, size, recordEnd, header, contents);
    if (failure !== null) return `record ${index}: ${failure}`;
    reader.position = recordEnd;
  }
  const left = reader.end - reader.position;
  return left === 0 ? null : `${pluralBytes(left)} behind the last record`;
}

function annotateRecord(
  writer: SpanWriter,
  index: number,
  start: number,
  size: number,
  recordEnd: number,
  header: BatchHeader,
  contents: RecordContents,
): string | null {
  let offset = header.baseOffset;
  writer.open(`[${index}]`, 'RECORD', start);
  writer.leaf('length', 'VARINT', size, null, start);
  const inner = writer.within(writer.reader.position, recordEnd, () => {
    const { reader } = writer;
    const at = reader.position;
    const attributes = reader.int8();
    if (!reader.failed) writer.leaf('attributes', 'INT8', attributes, null, at);
    offset = annotateDeltas(writer, header);
    const key = annotatePart(writer, 'key', header.control, null, null, contents);
    annotatePart(writer, 'value', header.control, key, null, contents);
    annotateHeaders(writer, header.control, contents);
    if (!reader.failed && reader.remaining > 0) {
      reader.fail('malformed', reader.position, `${pluralBytes(reader.remaining)} behind the record's headers`);
    }
  });
  writer.reader.position = inner.failed ? inner.position : recordEnd;
  const failure = inner.failed ? `byte ${inner.failureOffset}: ${inner.failureDetail}` : null;
  writer.close(failure ?? `offset ${offset}`);
  return failure;
}

function annotateDeltas(writer: SpanWriter, header: BatchHeader): bigint {
  const { reader } = writer;
  const at = reader.position;
  const timestampDelta = readVarlong(reader);
  if (reader.failed) return header.baseOffset;
  const timestamp = header.appendTimestamp ?? BigInt.asIntN(64, header.baseTimestamp + timestampDelta);
  writer.leaf('timestampDelta', 'VARLONG', timestampDelta, timestampNote(timestamp), at);
  const offsetAt = reader.position;
  const offsetDelta = readVarint(reader);
  const offset = BigInt.asIntN(64, header.baseOffset + BigInt(offsetDelta));
  if (!reader.failed) writer.leaf('offsetDelta', 'VARINT', offsetDelta, `offset ${offset}`, offsetAt);
  return offset;
}

/** A key or value behind its varint length; gives its bytes. */
function annotatePart(
  writer: SpanWriter,
  name: 'key' | 'value',
  control: boolean,
  key: Uint8Array | null,
  header: string | null,
  contents: RecordContents,
): Uint8Array | null {
  const { reader } = writer;
  const start = reader.position;
  const length = readVarint(reader);
  if (reader.failed) return null;
  if (length < 0) {
    const tombstone = name === 'value' && header === null;
    writer.leaf(name, 'BYTES', null, tombstone ? 'null: a tombstone' : null, start);
    return null;
  }
  const at = reader.take(length);
  if (at < 0) return null;
  const kind: RecordPart['kind'] = header === null ? name : 'headerValue';
  return annotateContents(writer, name, start, at, { kind, key, header, control }, contents);
}

function annotateHeaders(writer: SpanWriter, control: boolean, contents: RecordContents): void {
  const { reader } = writer;
  const start = reader.position;
  const count = readVarint(reader);
  if (reader.failed) return;
  if (count < 0 || count * headerBytesMin > reader.remaining) {
    reader.fail('malformed', start, `${count} headers cannot be in ${pluralBytes(reader.remaining)}`);
    return;
  }
  writer.open('headers', 'ARRAY', start);
  for (let index = 0; index < count && !reader.failed; index += 1) {
    if (writer.full) {
      // Nothing more will be shown of this record; what comes behind it is found by its length.
      writer.omit(count - index);
      reader.position = reader.end;
      break;
    }
    annotateRecordHeader(writer, index, control, contents);
  }
  writer.close(count === 1 ? '1 header' : `${count} headers`);
}

function annotateRecordHeader(writer: SpanWriter, index: number, control: boolean, contents: RecordContents): void {
  const { reader } = writer;
  const start = reader.position;
  writer.open(`[${index}]`, 'HEADER');
  const length = readVarint(reader);
  if (!reader.failed && length < 0) reader.fail('malformed', start, 'a header without name');
  const name = reader.text(length);
  if (!reader.failed) {
    writer.leaf('headerKey', 'STRING', name, null, start);
    annotatePart(writer, 'value', control, null, name, contents);
  }
  writer.close(name);
}
