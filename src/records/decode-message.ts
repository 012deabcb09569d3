import { crc32 } from '../wire/crc32.ts';
import { uncompress } from './codecs/codec.ts';
import {
  attribute,
  codecNames,
  type KafkaRecord,
  logOverheadBytes,
  magicOffset,
  messageField,
  type RecordBatchOf,
  type RecordsError,
  sizeFieldMin,
  type TimestampType,
} from './record-batch.ts';
import { type RecordBudget, RecordsFailure } from './record-limits.ts';
import type { RecordsForm } from './records-form.ts';

const noTimestamp = -1n;

/** A legacy message as it lies in the bytes; key and value are views. */
interface Message {
  readonly magic: number;
  readonly offset: bigint;
  readonly codecNumber: number;
  readonly timestampType: TimestampType;
  readonly timestamp: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

interface Outcome {
  readonly records: KafkaRecord[] | null;
  readonly error: RecordsError | null;
}

/**
 * Reads the legacy message `bytes[start, end)` (magic 0 or 1, whole). Like Kafka's own reader it gives a batch: of
 * one record, or of the inner messages of a compressed wrapper.
 */
export function decodeMessage<Records>(
  bytes: Uint8Array,
  start: number,
  end: number,
  budget: RecordBudget,
  form: RecordsForm<Records>,
): RecordBatchOf<Records> {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const magic = view.getUint8(magicOffset);
  const attributes = view.getUint8(messageField.attributes);
  const codecNumber = attributes & attribute.codecMask;
  const offset = view.getBigInt64(messageField.offset);
  const crc = view.getUint32(messageField.crc);
  const { records, error } = readRecords(bytes, start, end, budget);
  return {
    sizeInBytes: end - start,
    magic,
    crc,
    crcValid: crc32(bytes, start + magicOffset, end) === crc,
    compression: codecNames[codecNumber] ?? null,
    timestampType: timestampTypeOf(magic, attributes),
    transactional: false,
    control: false,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
    partitionLeaderEpoch: -1,
    deleteHorizonMs: null,
    baseTimestamp: null,
    maxTimestamp: magic === 0 ? noTimestamp : view.getBigInt64(messageField.timestampV1),
    count: null,
    baseOffset: codecNumber === 0 ? offset : (records?.[0]?.offset ?? null),
    lastOffset: offset,
    records: records === null ? null : form.of(records),
    recordsError: error,
  };
}

function timestampTypeOf(magic: number, attributes: number): TimestampType {
  if (magic === 0) return 'NoTimestampType';
  return (attributes & attribute.logAppendTime) !== 0 ? 'LogAppendTime' : 'CreateTime';
}

function readRecords(bytes: Uint8Array, start: number, end: number, budget: RecordBudget): Outcome {
  let within: RecordsError['within'] = 'records';
  let failureBase = 0;
  try {
    const wrapper = readMessage(bytes, start, end);
    if (wrapper.codecNumber === 0) {
      spendRecord(budget, start);
      return { records: [toRecord(wrapper, wrapper.offset, null)], error: null };
    }
    const codec = codecNames[wrapper.codecNumber];
    if (codec === undefined)
      throw new RecordsFailure('unknown-codec', start, `codec ${wrapper.codecNumber} is not defined`);
    const { value } = wrapper;
    if (value === null) throw new RecordsFailure('bad-message-set', start, 'a compressed message without value');
    failureBase = value.byteOffset - bytes.byteOffset;
    const payload = uncompress(codec, value, wrapper.magic, budget);
    within = 'uncompressed';
    failureBase = 0;
    return { records: toAbsolute(wrapper, readInner(payload, budget)), error: null };
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    const { code, message: detail } = error;
    return { records: null, error: { code, offset: failureBase + error.offset, within, detail } };
  }
}

/** Reads one message; its size field is already known to fit `end`. */
function readMessage(bytes: Uint8Array, start: number, end: number): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint8(start + magicOffset);
  const attributes = view.getUint8(start + messageField.attributes);
  const keyAt = start + (magic === 0 ? messageField.keyV0 : messageField.keyV1);
  const key = nullableBytes(bytes, view, keyAt, end);
  const valueAt = keyAt + 4 + (key?.length ?? 0);
  return {
    magic,
    offset: view.getBigInt64(start + messageField.offset),
    codecNumber: attributes & attribute.codecMask,
    timestampType: timestampTypeOf(magic, attributes),
    timestamp: magic === 0 ? noTimestamp : view.getBigInt64(start + messageField.timestampV1),
    key,
    value: nullableBytes(bytes, view, valueAt, end),
  };
}

function nullableBytes(bytes: Uint8Array, view: DataView, at: number, end: number): Uint8Array | null {
  if (end - at < 4) throw new RecordsFailure('truncated', at, 'a length is cut');
  const count = view.getInt32(at);
  if (count < 0) return null;
  if (count > end - at - 4) {
    throw new RecordsFailure('malformed-record', at, `${count} bytes announced, ${end - at - 4} there`);
  }
  return bytes.subarray(at + 4, at + 4 + count);
}

function readInner(payload: Uint8Array, budget: RecordBudget): Message[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const messages: Message[] = [];
  let at = 0;
  // A cut last message ends the set quietly, as in Kafka's reader.
  while (payload.length - at >= logOverheadBytes) {
    const sizeField = view.getInt32(at + messageField.messageSize);
    if (sizeField < sizeFieldMin[0]) throw new RecordsFailure('bad-size', at, `an inner message of ${sizeField} bytes`);
    const end = at + logOverheadBytes + sizeField;
    if (end > payload.length) break;
    const magic = view.getUint8(at + magicOffset);
    if (magic > 1) throw new RecordsFailure('unknown-magic', at + magicOffset, `an inner message of magic ${magic}`);
    if (sizeField < (sizeFieldMin[magic] as number)) {
      throw new RecordsFailure('bad-size', at, `an inner message of ${sizeField} bytes`);
    }
    spendRecord(budget, at);
    const message = readMessage(payload, at, end);
    if (message.codecNumber !== 0)
      throw new RecordsFailure('bad-message-set', at, 'a compressed message inside another');
    messages.push(message);
    at = end;
  }
  if (messages.length === 0)
    throw new RecordsFailure('bad-message-set', 0, 'a compressed message set without messages');
  return messages;
}

function spendRecord(budget: RecordBudget, at: number): void {
  if (budget.spendRecords(1)) return;
  throw new RecordsFailure('limit', at, `more than ${budget.limits.recordsPerSetMax} records in one set`);
}

/**
 * Inner offsets of magic 1 count from the set's first record (KIP-31); the wrapper has the last one's. Wrapper
 * offset 0 means that some librdkafka wrote it and no broker assigned offsets yet.
 */
function toAbsolute(wrapper: Message, messages: readonly Message[]): KafkaRecord[] {
  const lastInner = messages.at(-1)?.offset ?? 0n;
  let base = 0n;
  if (wrapper.magic === 1 && wrapper.offset !== 0n) {
    if (wrapper.offset < lastInner) {
      throw new RecordsFailure(
        'bad-message-set',
        0,
        `the last inner offset ${lastInner} is above the wrapper's ${wrapper.offset}`,
      );
    }
    base = wrapper.offset - lastInner;
  }
  const appendTimestamp = wrapper.timestampType === 'LogAppendTime' ? wrapper.timestamp : null;
  return messages.map((message) => toRecord(message, BigInt.asIntN(64, base + message.offset), appendTimestamp));
}

function toRecord(message: Message, offset: bigint, appendTimestamp: bigint | null): KafkaRecord {
  const { key, value } = message;
  const timestamp = message.magic === 1 && appendTimestamp !== null ? appendTimestamp : message.timestamp;
  return { offset, timestamp, sequence: null, key, value, headers: [] };
}
