/** Compression of a batch, by Kafka's own names; the index in `codecNames` is the number in the attributes. */
export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Codec names by attribute number (bits 0-2). */
export const codecNames: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** What a batch's timestamps mean; magic 0 has none. */
export type TimestampType = 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';

/** A record header: key and value. */
export type RecordHeader = readonly [key: string, value: Uint8Array | null];

/** One record as a consumer would see it: offset and timestamp are absolute. Key and value may be views. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** Milliseconds since the epoch; -1 where the format or the producer gave none. */
  readonly timestamp: bigint;
  /** Producer sequence (magic 2 only, -1 without an idempotent producer); null for magic 0 and 1. */
  readonly sequence: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Why records cannot be read; stable words. */
export type RecordsErrorCode =
  /** Bytes end before a length says they do. */
  | 'truncated'
  /** A size field that no writer produces: negative, below the minimum, beyond the batch. */
  | 'bad-size'
  /** A record count that cannot fit the bytes at hand. */
  | 'bad-count'
  /** Bytes are left behind the last record. */
  | 'bytes-left-over'
  /** A varint longer than its type, or a record whose parts do not add up. */
  | 'malformed-record'
  /** The compressed bytes are no such stream. */
  | 'bad-compression'
  /** A checksum inside the compressed stream differs (LZ4 header or block). */
  | 'bad-checksum'
  /** A codec number nobody defined, or one this magic may not use. */
  | 'unknown-codec'
  /** A format version other than 0, 1 and 2. */
  | 'unknown-magic'
  /** A compressed message set without or with compressed inner messages, or with impossible inner offsets. */
  | 'bad-message-set'
  /** More output, records or batches than the named limit allows. */
  | 'limit';

/** Why (part of) a record set was not read: a fact about the bytes, never an exception. */
export interface RecordsError {
  readonly code: RecordsErrorCode;
  /** Byte where reading stopped. */
  readonly offset: number;
  /** What `offset` counts in: the bytes of the `records` field, or the batch's uncompressed records. */
  readonly within: 'records' | 'uncompressed';
  readonly detail: string;
}

/**
 * A batch (magic 2) or a legacy message with its inner messages (magic 0, 1), as Kafka's own classes read it, with its
 * records in whatever form was asked for (`RecordsForm`).
 */
export interface RecordBatchOf<Records> {
  readonly sizeInBytes: number;
  readonly magic: number;
  readonly crc: number;
  readonly crcValid: boolean;
  /** null for a codec number nobody defined. */
  readonly compression: Codec | null;
  readonly timestampType: TimestampType;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly partitionLeaderEpoch: number;
  /** When compaction may remove the batch's tombstones (KIP-534); null when not set. */
  readonly deleteHorizonMs: bigint | null;
  /** The raw header field (magic 2); null for magic 0 and 1. */
  readonly baseTimestamp: bigint | null;
  readonly maxTimestamp: bigint;
  /** The header's record count (magic 2); null for magic 0 and 1, which carry none. */
  readonly count: number | null;
  /** null for a compressed legacy message that cannot be read: its first offset is inside. */
  readonly baseOffset: bigint | null;
  readonly lastOffset: bigint;
  /** null when they cannot be read; `recordsError` then says why. */
  readonly records: Records | null;
  readonly recordsError: RecordsError | null;
}

/** A batch with its records as objects. */
export type RecordBatch = RecordBatchOf<readonly KafkaRecord[]>;

/** A `records` field taken apart. */
export interface RecordSetOf<Records> {
  readonly batches: RecordBatchOf<Records>[];
  /** Bytes behind the last whole batch: a batch cut by a fetch's size limit, or what `error` made unreadable. */
  readonly trailingBytes: number;
  /** Why reading stopped before the end; null when it ended, or ended in a cut batch as fetches do. */
  readonly error: RecordsError | null;
}

/** A `records` field taken apart, its records as objects. */
export type RecordSet = RecordSetOf<readonly KafkaRecord[]>;

/** Bits of the attributes field of batches and legacy messages. */
export const attribute = {
  codecMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40,
} as const;

/** Bytes before the part a batch's size field counts: offset int64, size int32 (all magics). */
export const logOverheadBytes = 12;

/** Where every format keeps its magic byte. */
export const magicOffset = 16;

/** Bytes needed to see the magic of a batch. */
export const headerToMagicBytes = 17;

/** Field positions in a magic 2 batch header (`DefaultRecordBatch`). */
export const batchField = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** Field positions in a legacy message (`LegacyRecord`), counted from its offset field. */
export const messageField = {
  offset: 0,
  messageSize: 8,
  crc: 12,
  attributes: 17,
  timestampV1: 18,
  keyV0: 18,
  keyV1: 26,
} as const;

/** Smallest legal size field by magic: a message with null key and value, a batch header. */
export const sizeFieldMin: readonly [v0: number, v1: number, v2: number] = [14, 22, 49];

/** Sequence `increment` records after `sequence`; Kafka wraps from 2^31-1 to 0. -1 (no sequence) stays. */
export function sequenceAfter(sequence: number, increment: number): number {
  if (sequence < 0) return -1;
  return sequence > 0x7fffffff - increment ? increment - (0x7fffffff - sequence) - 1 : sequence + increment;
}
