import { crc32c } from '../wire/crc32c.ts';
import { uncompress } from './codecs/codec.ts';
import {
  attribute,
  batchField,
  codecNames,
  type KafkaRecord,
  type RecordBatch,
  type RecordHeader,
  type RecordsError,
  sequenceAfter,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';

/** A record of magic 2 has at least length, attributes, two deltas, two lengths and a header count. */
const recordBytesMin = 7;
const headerBytesMin = 2;

const noHeaders: readonly RecordHeader[] = Object.freeze([]);

/** What all records of a batch are counted from. */
interface RecordBase {
  readonly offset: bigint;
  readonly timestamp: bigint;
  /** Set when one time counts for all records (LogAppendTime). */
  readonly appendTimestamp: bigint | null;
  readonly sequence: number;
}

/**
 * Reads the magic 2 batch `bytes[start, end)`, which is whole: header, checksum and records. The codec number, the
 * count and the records themselves may be anything; what cannot be read is in `recordsError`.
 */
export function decodeBatch(bytes: Uint8Array, start: number, end: number, budget: RecordBudget): RecordBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const attributes = view.getInt16(batchField.attributes);
  const baseOffset = view.getBigInt64(batchField.baseOffset);
  const lastOffsetDelta = view.getInt32(batchField.lastOffsetDelta);
  const baseTimestamp = view.getBigInt64(batchField.baseTimestamp);
  const maxTimestamp = view.getBigInt64(batchField.maxTimestamp);
  const baseSequence = view.getInt32(batchField.baseSequence);
  const count = view.getInt32(batchField.recordCount);
  const crc = view.getUint32(batchField.crc);
  const logAppendTime = (attributes & attribute.logAppendTime) !== 0;
  const base: RecordBase = {
    offset: baseOffset,
    timestamp: baseTimestamp,
    appendTimestamp: logAppendTime ? maxTimestamp : null,
    sequence: baseSequence,
  };
  const outcome = readRecords(bytes, start, end, attributes & attribute.codecMask, count, base, budget);
  return {
    sizeInBytes: end - start,
    magic: 2,
    crc,
    crcValid: crc32c(bytes, start + batchField.attributes, end) === crc,
    compression: codecNames[attributes & attribute.codecMask] ?? null,
    timestampType: logAppendTime ? 'LogAppendTime' : 'CreateTime',
    transactional: (attributes & attribute.transactional) !== 0,
    control: (attributes & attribute.control) !== 0,
    producerId: view.getBigInt64(batchField.producerId),
    producerEpoch: view.getInt16(batchField.producerEpoch),
    baseSequence,
    lastSequence: sequenceAfter(baseSequence, lastOffsetDelta),
    partitionLeaderEpoch: view.getInt32(batchField.partitionLeaderEpoch),
    deleteHorizonMs: (attributes & attribute.deleteHorizon) !== 0 ? baseTimestamp : null,
    baseTimestamp,
    maxTimestamp,
    count,
    baseOffset,
    lastOffset: BigInt.asIntN(64, baseOffset + BigInt(lastOffsetDelta)),
    records: Array.isArray(outcome) ? outcome : null,
    recordsError: Array.isArray(outcome) ? null : outcome,
  };
}

function readRecords(
  bytes: Uint8Array,
  start: number,
  end: number,
  codecNumber: number,
  count: number,
  base: RecordBase,
  budget: RecordBudget,
): KafkaRecord[] | RecordsError {
  const payloadAt = start + batchField.records;
  let within: RecordsError['within'] = 'records';
  let failureBase = payloadAt;
  try {
    const codec = codecNames[codecNumber];
    if (codec === undefined) throw new RecordsFailure('unknown-codec', 0, `codec ${codecNumber} is not defined`);
    // Compaction may leave a compressed batch whose payload is gone with its records.
    if (count === 0 && codec !== 'none') return [];
    if (codec === 'none') {
      failureBase = 0;
      return readAll(new RecordCursor(bytes, payloadAt, end), count, base, budget);
    }
    const payload = uncompress(codec, bytes.subarray(payloadAt, end), 2, budget);
    within = 'uncompressed';
    failureBase = 0;
    return readAll(new RecordCursor(payload, 0, payload.length), count, base, budget);
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    return { code: error.code, offset: failureBase + error.offset, within, detail: error.message };
  }
}

function readAll(cursor: RecordCursor, count: number, base: RecordBase, budget: RecordBudget): KafkaRecord[] {
  const bytesLeft = cursor.end - cursor.at;
  if (count < 0 || count * recordBytesMin > bytesLeft) {
    throw new RecordsFailure('bad-count', cursor.at, `${count} records cannot be in ${bytesLeft} bytes`);
  }
  if (!budget.spendRecords(count)) {
    throw new RecordsFailure('limit', cursor.at, `more than ${budget.limits.recordsPerSetMax} records in one set`);
  }
  const batchEnd = cursor.end;
  const records: KafkaRecord[] = [];
  for (let n = 0; n < count; n += 1) {
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
    records.push({ offset, timestamp, sequence: sequenceAfter(base.sequence, offsetDelta), key, value, headers });
  }
  if (cursor.at !== batchEnd) {
    throw new RecordsFailure('bytes-left-over', cursor.at, `${batchEnd - cursor.at} bytes behind the last record`);
  }
  return records;
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
