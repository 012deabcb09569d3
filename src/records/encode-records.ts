import { crc32 } from '../wire/crc32.ts';
import { crc32c } from '../wire/crc32c.ts';
import { compress } from './codecs/codec.ts';
import {
  attribute,
  batchField,
  type Codec,
  codecNames,
  logOverheadBytes,
  magicOffset,
  messageField,
} from './record-batch.ts';
import { RecordWriter } from './record-writer.ts';

/** A record to write; its offset follows from its place. */
export interface RecordToWrite {
  readonly timestamp: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly (readonly [key: string, value: Uint8Array | null])[];
}

/** A magic 2 batch to write. Without producer id it is not idempotent: id, epoch and sequence are -1. */
export interface BatchToWrite {
  readonly baseOffset: bigint;
  readonly codec: Codec;
  readonly records: readonly RecordToWrite[];
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly transactional?: boolean;
  readonly control?: boolean;
  readonly partitionLeaderEpoch?: number;
  /** LogAppendTime: the newest timestamp counts for all records. */
  readonly timestampType?: 'CreateTime' | 'LogAppendTime';
}

/** A legacy message set to write, for clients older than 0.11. */
export interface MessageSetToWrite {
  readonly magic: 0 | 1;
  readonly baseOffset: bigint;
  /** zstd does not exist below magic 2. */
  readonly codec: Exclude<Codec, 'zstd'>;
  /** Timestamps are left out for magic 0. */
  readonly records: readonly Omit<RecordToWrite, 'headers'>[];
  readonly timestampType?: 'CreateTime' | 'LogAppendTime';
}

const noTimestamp = -1n;

function newestTimestamp(records: readonly { readonly timestamp: bigint }[]): bigint {
  let newest = noTimestamp;
  for (const { timestamp } of records) if (timestamp > newest) newest = timestamp;
  return newest;
}

/** Writes a magic 2 record batch with its CRC-32C, as a producer or a log holds it. */
export function encodeRecordBatch(batch: BatchToWrite): Uint8Array {
  const { records } = batch;
  const baseTimestamp = records[0]?.timestamp ?? noTimestamp;
  const payload = compress(batch.codec, encodeRecords(records, baseTimestamp), 2);
  const attributes =
    codecNames.indexOf(batch.codec) |
    (batch.timestampType === 'LogAppendTime' ? attribute.logAppendTime : 0) |
    (batch.transactional ? attribute.transactional : 0) |
    (batch.control ? attribute.control : 0);
  const writer = new RecordWriter();
  writer.int64(batch.baseOffset);
  writer.int32(batchField.records - logOverheadBytes + payload.length);
  writer.int32(batch.partitionLeaderEpoch ?? -1);
  writer.int8(2);
  writer.int32(0);
  writer.int16(attributes);
  writer.int32(Math.max(0, records.length - 1));
  writer.int64(baseTimestamp);
  writer.int64(newestTimestamp(records));
  writer.int64(batch.producerId ?? -1n);
  writer.int16(batch.producerEpoch ?? -1);
  writer.int32(batch.baseSequence ?? -1);
  writer.int32(records.length);
  writer.bytes(payload);
  const bytes = writer.written();
  writer.patchInt32(batchField.crc, crc32c(bytes, batchField.attributes));
  return bytes;
}

function encodeRecords(records: readonly RecordToWrite[], baseTimestamp: bigint): Uint8Array {
  const writer = new RecordWriter();
  for (const [offsetDelta, record] of records.entries()) {
    const body = new RecordWriter();
    body.int8(0);
    body.varlong(BigInt.asIntN(64, record.timestamp - baseTimestamp));
    body.varint(offsetDelta);
    putNullableBytes(body, record.key);
    putNullableBytes(body, record.value);
    const headers = record.headers ?? [];
    body.varint(headers.length);
    for (const [key, value] of headers) {
      putNullableBytes(body, Buffer.from(key));
      putNullableBytes(body, value);
    }
    writer.varint(body.length);
    writer.bytes(body.written());
  }
  return writer.written();
}

function putNullableBytes(writer: RecordWriter, bytes: Uint8Array | null): void {
  writer.varint(bytes === null ? -1 : bytes.length);
  if (bytes !== null) writer.bytes(bytes);
}

/**
 * Writes a magic 0 or 1 message set. Compressed records travel as the value of one wrapper message whose offset is
 * the last record's; offsets inside are absolute in magic 0, relative in magic 1 (KIP-31).
 */
export function encodeMessageSet(set: MessageSetToWrite): Uint8Array {
  const { magic, records, baseOffset } = set;
  const logAppendTime = magic === 1 && set.timestampType === 'LogAppendTime' ? attribute.logAppendTime : 0;
  const compressed = set.codec !== 'none';
  const firstOffset = compressed && magic === 1 ? 0n : baseOffset;
  const writer = new RecordWriter();
  for (const [index, record] of records.entries()) {
    putMessage(writer, magic, firstOffset + BigInt(index), logAppendTime, record);
  }
  if (!compressed || records.length === 0) return writer.written();
  const wrapper = new RecordWriter();
  putMessage(wrapper, magic, baseOffset + BigInt(records.length - 1), logAppendTime | codecNames.indexOf(set.codec), {
    timestamp: newestTimestamp(records),
    key: null,
    value: compress(set.codec, writer.written(), magic),
  });
  return wrapper.written();
}

function putMessage(
  writer: RecordWriter,
  magic: 0 | 1,
  offset: bigint,
  attributes: number,
  record: Omit<RecordToWrite, 'headers'>,
): void {
  const message = new RecordWriter();
  message.int64(offset);
  message.int32(0);
  message.int32(0);
  message.int8(magic);
  message.int8(attributes);
  if (magic === 1) message.int64(record.timestamp);
  for (const field of [record.key, record.value]) {
    message.int32(field === null ? -1 : field.length);
    if (field !== null) message.bytes(field);
  }
  const bytes = message.written();
  message.patchInt32(messageField.messageSize, message.length - logOverheadBytes);
  message.patchInt32(messageField.crc, crc32(bytes, magicOffset));
  writer.bytes(bytes);
}
