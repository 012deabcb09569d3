import type { KafkaRecord, RecordBatch, RecordBatchOf, RecordSet, RecordsError } from './record-batch.ts';

/** What a JSON writer prints; a bigint prints all its digits as a plain number. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** An object a JSON writer prints. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Whether keys, values and header values are printed (base64) or only their sizes (`{"bytes":n}`). */
export type PayloadChoice = 'show' | 'hide';

/** A record set in JSON: CONTRACT's `batches` and `trailingBytes`. */
export interface RecordSetJson extends JsonObject {
  readonly batches: readonly JsonObject[];
  readonly trailingBytes: number;
}

/** Prints a record set in the form of the golden files; `error` is there only when reading stopped on one. */
export function batchesToJson(set: RecordSet, payload: PayloadChoice): RecordSetJson {
  const batches = set.batches.map((batch) => batchToJson(batch, payload));
  const { trailingBytes } = set;
  return set.error === null ? { batches, trailingBytes } : { batches, trailingBytes, error: errorText(set.error) };
}

/** Prints one batch: Kafka's own names and readings; `baseTimestamp` only where the format has it. */
export function batchToJson(batch: RecordBatch, payload: PayloadChoice): JsonObject {
  const { records } = batch;
  const printed = records === null ? null : records.map((record) => recordToJson(record, payload));
  return { ...batchHeadToJson(batch), records: printed };
}

/** All of a batch but its records, which come last. */
export function batchHeadToJson(batch: RecordBatchOf<unknown>): JsonObject {
  const { recordsError, compression, baseTimestamp, ...header } = batch;
  const json: Record<string, JsonValue> = {
    sizeInBytes: header.sizeInBytes,
    magic: header.magic,
    crc: header.crc,
    crcValid: header.crcValid,
    compression: compression ?? 'unknown',
    timestampType: header.timestampType,
    transactional: header.transactional,
    control: header.control,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    lastSequence: header.lastSequence,
    partitionLeaderEpoch: header.partitionLeaderEpoch,
    deleteHorizonMs: header.deleteHorizonMs,
  };
  if (baseTimestamp !== null) json.baseTimestamp = baseTimestamp;
  json.maxTimestamp = header.maxTimestamp;
  json.count = header.count;
  json.baseOffset = header.baseOffset;
  json.lastOffset = header.lastOffset;
  if (recordsError !== null) json.recordsError = errorText(recordsError);
  return json;
}

/** Prints one record. */
export function recordToJson(record: KafkaRecord, payload: PayloadChoice): JsonObject {
  const json: Record<string, JsonValue> = { offset: record.offset, timestamp: record.timestamp };
  if (record.sequence !== null) json.sequence = record.sequence;
  json.key = bytesToJson(record.key, payload);
  json.value = bytesToJson(record.value, payload);
  json.headers = record.headers.map(([key, value]) => [key, bytesToJson(value, payload)]);
  return json;
}

function bytesToJson(bytes: Uint8Array | null, payload: PayloadChoice): JsonValue {
  if (bytes === null) return null;
  if (payload === 'hide') return { bytes: bytes.length };
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function errorText(error: RecordsError): string {
  const place =
    error.within === 'records' ? `byte ${error.offset}` : `byte ${error.offset} of the uncompressed records`;
  return `${error.code} at ${place}: ${error.detail}`;
}
