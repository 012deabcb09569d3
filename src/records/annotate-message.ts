import { crc32 } from '../wire/crc32.ts';
import { annotateContents, checksumNote, sizeOfBatch, uncompressed } from './annotate-parts.ts';
import { attribute, codecNames, magicOffset } from './record-batch.ts';
import { pluralBytes, type RecordContents, type RecordSpending, timestampNote } from './record-contents.ts';
import type { SpanWriter } from './span-writer.ts';

/**
 * Makes the spans of one legacy message (magic 0 or 1) that ends at `end`. The value of a compressed one is a message
 * set; its messages are children with offsets in a view of the uncompressed bytes.
 */
export function annotateLegacyMessage(
  writer: SpanWriter,
  index: number,
  end: number,
  contents: RecordContents | null,
  spending: RecordSpending,
): void {
  const { reader } = writer;
  const start = reader.position;
  let summary = '';
  writer.open(`[${index}]`, 'MESSAGE');
  const inner = writer.within(start, end, () => {
    const codecNumber = annotateHeader(writer, start, end, spending);
    summary = codecNames[codecNumber] ?? `codec ${codecNumber}`;
    const key = annotatePart(writer, 'key', null, contents);
    if (codecNumber === 0 || contents === null) annotatePart(writer, 'value', key, contents);
    else annotateSet(writer, codecNumber, reader.bytes[start + magicOffset] ?? 0, contents, spending);
  });
  reader.position = inner.position;
  writer.close(inner.failed ? `byte ${inner.failureOffset}: ${inner.failureDetail}` : summary);
}

/** Reads the fields before the key; gives the codec's number. */
function annotateHeader(writer: SpanWriter, start: number, end: number, spending: RecordSpending): number {
  const { reader } = writer;
  const field = (name: string, type: string, value: number | bigint, note: string | null, width: number): void =>
    writer.leaf(name, type, value, note, reader.position - width);
  field('offset', 'INT64', reader.int64(), null, 8);
  field('messageSize', 'INT32', reader.int32(), null, 4);
  const crc = reader.uint32();
  const covered = start + magicOffset;
  field(
    'crc',
    'UINT32',
    crc,
    checksumNote(crc, end - covered, spending, () => crc32(reader.bytes, covered, end)),
    4,
  );
  const magic = reader.int8();
  field('magic', 'INT8', magic, null, 1);
  const attributes = reader.int8();
  const codecNumber = attributes & attribute.codecMask;
  const codec = codecNames[codecNumber] ?? `codec ${codecNumber}`;
  const time = magic === 0 ? '' : (attributes & attribute.logAppendTime) !== 0 ? ', LogAppendTime' : ', CreateTime';
  field('attributes', 'INT8', attributes, codec + time, 1);
  if (magic > 0) {
    const timestamp = reader.int64();
    field('timestamp', 'INT64', timestamp, timestampNote(timestamp), 8);
  }
  return codecNumber;
}

/** The length of a key or value; -1 when it is null or cannot be read, which leaves nothing more to do. */
function readLength(writer: SpanWriter, name: 'key' | 'value', start: number): number {
  const length = writer.reader.int32();
  if (writer.reader.failed) return -1;
  if (length < 0) {
    writer.leaf(name, 'BYTES', null, name === 'value' ? 'null: a tombstone' : null, start);
    return -1;
  }
  return writer.reader.take(length) < 0 ? -1 : length;
}

function annotatePart(
  writer: SpanWriter,
  name: 'key' | 'value',
  key: Uint8Array | null,
  contents: RecordContents | null,
): Uint8Array | null {
  const start = writer.reader.position;
  const length = readLength(writer, name, start);
  if (length < 0) return null;
  if (contents === null) {
    writer.leaf(name, 'BYTES', undefined, pluralBytes(length), start);
    return null;
  }
  const at = writer.reader.position - length;
  return annotateContents(writer, name, start, at, { kind: name, key, header: null, control: false }, contents);
}

function annotateSet(
  writer: SpanWriter,
  codecNumber: number,
  magic: number,
  contents: RecordContents,
  spending: RecordSpending,
): void {
  const { reader } = writer;
  const start = reader.position;
  const length = readLength(writer, 'value', start);
  if (length < 0) return;
  writer.open('value', 'COMPRESSED_RECORDS', start);
  const plain = uncompressed(
    reader.bytes.subarray(reader.position - length, reader.position),
    codecNumber,
    magic,
    spending,
  );
  if (typeof plain === 'string') {
    writer.close(plain);
    return;
  }
  let note = `${pluralBytes(length)} hold ${plain.length}`;
  const used = writer.inView(`${writer.path} uncompressed`, plain, (keptBytes) => {
    const reason = annotateInner(writer, keptBytes, contents, spending);
    if (reason !== null) note = reason;
  });
  writer.close(used === null ? `${note}; not shown, the message has too many` : note);
}

/** Reads the messages of an uncompressed set; says why it stopped before its end, if it did. */
function annotateInner(
  writer: SpanWriter,
  keptBytes: number,
  contents: RecordContents,
  spending: RecordSpending,
): string | null {
  const { reader } = writer;
  for (let index = 0; reader.position < reader.end; index += 1) {
    const at = reader.position;
    const message = sizeOfBatch(reader.bytes, at, reader.end);
    if (typeof message === 'string') return `message ${index} at byte ${at}: ${message}`;
    const end = at + message.bytes;
    if (message.magic > 1) return `message ${index} has magic ${message.magic}`;
    if (end > keptBytes || index >= spending.budget.limits.batchesPerSetMax) {
      writer.omit(1);
      return `the first ${index} messages`;
    }
    // A message of the set that is itself compressed is refused by Kafka; its value is shown as it is.
    if (writer.full) writer.omit(1);
    else annotateInnerMessage(writer, index, end, contents, spending);
    reader.position = end;
  }
  return null;
}

function annotateInnerMessage(
  writer: SpanWriter,
  index: number,
  end: number,
  contents: RecordContents,
  spending: RecordSpending,
): void {
  const start = writer.reader.position;
  writer.open(`[${index}]`, 'MESSAGE');
  const inner = writer.within(start, end, () => {
    annotateHeader(writer, start, end, spending);
    const key = annotatePart(writer, 'key', null, contents);
    annotatePart(writer, 'value', key, contents);
  });
  writer.reader.position = inner.position;
  writer.close(inner.failed ? `byte ${inner.failureOffset}: ${inner.failureDetail}` : null);
}
