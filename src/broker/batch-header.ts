/** Size of a magic 2 batch's fixed part; records begin behind it. */
export const batchHeaderBytes = 61;

/** The fixed part of a magic 2 record batch (KIP-98 layout). */
export interface BatchHeader {
  readonly baseOffset: bigint;
  /** Bytes of the whole batch, from its base offset to its last record. */
  readonly sizeBytes: number;
  readonly codec: number;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly lastOffsetDelta: number;
  readonly maxTimestampMs: bigint;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

/** The magic byte, which sits at the same place in every format; null when there are too few bytes. */
export function readMagic(records: Uint8Array): number | null {
  return records.length > 16 ? (records[16] ?? null) : null;
}

/** Reads the header at the start of `records`; null unless a whole, sane magic 2 batch is there. */
export function readBatchHeader(records: Uint8Array): BatchHeader | null {
  if (records.length < batchHeaderBytes || readMagic(records) !== 2) return null;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const sizeBytes = view.getInt32(8) + 12;
  const lastOffsetDelta = view.getInt32(23);
  const recordCount = view.getInt32(57);
  if (sizeBytes < batchHeaderBytes || sizeBytes > records.length) return null;
  if (lastOffsetDelta < 0 || recordCount < 0) return null;
  const attributes = view.getInt16(21);
  return {
    baseOffset: view.getBigInt64(0),
    sizeBytes,
    codec: attributes & 0b111,
    transactional: (attributes & 0b1_0000) !== 0,
    control: (attributes & 0b10_0000) !== 0,
    lastOffsetDelta,
    maxTimestampMs: view.getBigInt64(35),
    producerId: view.getBigInt64(43),
    producerEpoch: view.getInt16(51),
    baseSequence: view.getInt32(53),
    recordCount,
  };
}

/**
 * A copy of the batch as it stands in the log: base offset and leader epoch are set by the leader. Both lie outside
 * the checksum, so the producer's CRC stays valid.
 */
export function placeBatch(batch: Uint8Array, baseOffset: bigint, leaderEpoch: number): Uint8Array {
  const placed = batch.slice();
  const view = new DataView(placed.buffer, placed.byteOffset, placed.byteLength);
  view.setBigInt64(0, baseOffset);
  view.setInt32(12, leaderEpoch);
  return placed;
}
