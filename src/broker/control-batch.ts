import { encodeRecordBatch } from '../records/encode-records.ts';

/** Builds the batch that ends a transaction in one partition: key (version, type), value (version, epoch). */
export function encodeTransactionMarker(marker: {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
  readonly timestampMs: bigint;
}): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setInt16(2, marker.commit ? 1 : 0);
  const value = new Uint8Array(6);
  new DataView(value.buffer).setInt32(2, marker.coordinatorEpoch);
  return encodeRecordBatch({
    baseOffset: 0n,
    codec: 'none',
    records: [{ timestamp: marker.timestampMs, key, value }],
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    baseSequence: -1,
    transactional: true,
    control: true,
  });
}
