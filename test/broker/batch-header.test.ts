import { describe, expect, it } from 'vitest';
import { batchHeaderBytes, placeBatch, readBatchHeader } from '../../src/broker/batch-header.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { sampleLines } from '../protocol/golden-lines.ts';
import { batchOf } from './dialogue.ts';

interface GoldenBatch {
  readonly hex: string;
  readonly magic: number;
}

describe('a batch header', () => {
  it("says of Kafka's own batches what the record decoder says", () => {
    let compared = 0;
    for (const line of sampleLines<GoldenBatch>('records.sample.ndjson.gz')) {
      const records = Buffer.from(line.hex, 'hex');
      const [batch] = decodeRecordBatches(records).batches;
      const header = readBatchHeader(records);
      if (batch?.magic !== 2 || header === null) continue;
      expect(header).toMatchObject({
        baseOffset: batch.baseOffset,
        sizeBytes: batch.sizeInBytes,
        transactional: batch.transactional,
        control: batch.control,
        producerId: batch.producerId,
        producerEpoch: batch.producerEpoch,
        baseSequence: batch.baseSequence,
        maxTimestampMs: batch.maxTimestamp,
        recordCount: batch.count,
      });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('is not read from cut or foreign bytes', () => {
    const batch = batchOf(['a']);
    for (let length = 0; length < batch.length; length += 1)
      expect(readBatchHeader(batch.subarray(0, length))).toBeNull();
    expect(readBatchHeader(new Uint8Array(batchHeaderBytes))).toBeNull();
  });

  it("takes offset and epoch without harm to the checksum or to the producer's bytes", () => {
    const batch = batchOf(['a']);
    const before = Buffer.from(batch).toString('hex');
    const [placed] = decodeRecordBatches(placeBatch(batch, 77n, 5)).batches;
    expect(placed).toMatchObject({ baseOffset: 77n, partitionLeaderEpoch: 5, crcValid: true });
    expect(Buffer.from(batch).toString('hex')).toBe(before);
  });
});
