import { crc32c } from '../wire/crc32c.ts';
import { type RecordBase, readAnyRecord } from './any-record.ts';
import { uncompress } from './codecs/codec.ts';
import { readPlainRecord } from './plain-record.ts';
import {
  attribute,
  batchField,
  codecNames,
  type KafkaRecord,
  type RecordBatch,
  type RecordsError,
  sequenceAfter,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';

/** A record of magic 2 has at least length, attributes, two deltas, two lengths and a header count. */
const recordBytesMin = 7;

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
    records.push(readPlainRecord(cursor, base, budget) ?? readAnyRecord(cursor, base, budget));
  }
  if (cursor.at !== batchEnd) {
    throw new RecordsFailure('bytes-left-over', cursor.at, `${batchEnd - cursor.at} bytes behind the last record`);
  }
  return records;
}
