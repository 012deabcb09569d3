import { crc32c } from '../wire/crc32c.ts';
import type { RecordBase } from './any-record.ts';
import { uncompress } from './codecs/codec.ts';
import {
  attribute,
  batchField,
  codecNames,
  type RecordBatchOf,
  type RecordsError,
  sequenceAfter,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';
import { type RecordsForm, readRecordsAs } from './records-form.ts';

/**
 * Reads the magic 2 batch `bytes[start, end)`, which is whole: header, checksum and records. The codec number, the
 * count and the records themselves may be anything; what cannot be read is in `recordsError`.
 */
export function decodeBatch<Records>(
  bytes: Uint8Array,
  start: number,
  end: number,
  budget: RecordBudget,
  form: RecordsForm<Records>,
): RecordBatchOf<Records> {
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
  const outcome = readRecords(bytes, start, end, attributes & attribute.codecMask, count, base, budget, form);
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
    records: outcome.records,
    recordsError: outcome.error,
  };
}

/** The records, or why there are none. */
interface Outcome<Records> {
  readonly records: Records | null;
  readonly error: RecordsError | null;
}

function readRecords<Records>(
  bytes: Uint8Array,
  start: number,
  end: number,
  codecNumber: number,
  count: number,
  base: RecordBase,
  budget: RecordBudget,
  form: RecordsForm<Records>,
): Outcome<Records> {
  const payloadAt = start + batchField.records;
  let within: RecordsError['within'] = 'records';
  let failureBase = payloadAt;
  try {
    const codec = codecNames[codecNumber];
    if (codec === undefined) throw new RecordsFailure('unknown-codec', 0, `codec ${codecNumber} is not defined`);
    // Compaction may leave a compressed batch whose payload is gone with its records.
    if (count === 0 && codec !== 'none') return { records: form.of([]), error: null };
    if (codec === 'none') {
      failureBase = 0;
      return {
        records: readRecordsAs(form, new RecordCursor(bytes, payloadAt, end), count, base, budget),
        error: null,
      };
    }
    const payload = uncompress(codec, bytes.subarray(payloadAt, end), 2, budget, form.room);
    within = 'uncompressed';
    failureBase = 0;
    const cursor = new RecordCursor(payload, 0, payload.length);
    return { records: readRecordsAs(form, cursor, count, base, budget), error: null };
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    const { code, message: detail } = error;
    return { records: null, error: { code, offset: failureBase + error.offset, within, detail } };
  }
}
