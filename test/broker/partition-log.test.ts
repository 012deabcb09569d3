import { describe, expect, it } from 'vitest';
import { readBatchHeader } from '../../src/broker/batch-header.ts';
import { PartitionLog } from '../../src/broker/partition-log.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { batchOf } from './dialogue.ts';

function append(log: PartitionLog, batch: Uint8Array) {
  const header = readBatchHeader(batch);
  if (header === null) throw new Error('no batch');
  return log.append(batch, header, 0);
}

function offsetsIn(records: Uint8Array): bigint[] {
  return decodeRecordBatches(records).batches.flatMap((batch) => (batch.records ?? []).map(({ offset }) => offset));
}

describe('a partition log', () => {
  it('gives batches consecutive offsets and keeps their checksums valid', () => {
    const log = new PartitionLog();
    expect(append(log, batchOf(['a', 'b', 'c']))).toEqual({ kind: 'stored', baseOffset: 0n });
    expect(append(log, batchOf(['d']))).toEqual({ kind: 'stored', baseOffset: 3n });
    const read = log.read(0n, log.endOffset, 1_000_000, true);
    expect(offsetsIn(read)).toEqual([0n, 1n, 2n, 3n]);
    expect(decodeRecordBatches(read).batches.every((batch) => batch.crcValid)).toBe(true);
  });

  it('begins with the batch that holds the offset, which may start before it', () => {
    const log = new PartitionLog();
    append(log, batchOf(['a', 'b', 'c']));
    append(log, batchOf(['d']));
    expect(offsetsIn(log.read(2n, log.endOffset, 1_000_000, true))).toEqual([0n, 1n, 2n, 3n]);
    expect(offsetsIn(log.read(3n, log.endOffset, 1_000_000, true))).toEqual([3n]);
  });

  it('cuts the last batch at the limit but brings the first whole when asked to (KIP-74)', () => {
    const log = new PartitionLog();
    const batch = batchOf(['a']);
    append(log, batch);
    append(log, batch);
    expect(log.read(0n, 2n, batch.length + 5, true)).toHaveLength(batch.length + 5);
    expect(log.read(0n, 2n, 5, true)).toHaveLength(batch.length);
    expect(log.read(0n, 2n, 5, false)).toHaveLength(0);
  });

  it('drops the oldest batches beyond its bytes and moves its start', () => {
    const batch = batchOf(['x'.repeat(100)]);
    const log = new PartitionLog(batch.length * 10);
    for (let index = 0; index < 100; index += 1) append(log, batch);
    expect(log.sizeBytes).toBeLessThanOrEqual(batch.length * 10);
    expect(log.startOffset).toBeGreaterThanOrEqual(90n);
    expect(log.endOffset).toBe(100n);
    expect(offsetsIn(log.read(log.startOffset, log.endOffset, 1_000_000, true))[0]).toBe(log.startOffset);
  });

  it('holds read_committed readers back until a transaction ends, and lists the aborted', () => {
    const log = new PartitionLog();
    append(log, batchOf(['plain']));
    append(log, batchOf(['t'], { producerId: 7n, producerEpoch: 0, baseSequence: 0, transactional: true }));
    append(log, batchOf(['plain']));
    expect(log.lastStableOffset).toBe(1n);
    log.appendMarker(7n, 0, false, 0, 5n);
    expect(log.lastStableOffset).toBe(4n);
    expect(log.abortedBetween(0n, 4n)).toEqual([{ producerId: 7n, firstOffset: 1n, lastOffset: 3n }]);
    const marker = decodeRecordBatches(log.read(3n, 4n, 1_000_000, true)).batches[0];
    expect(marker).toMatchObject({ control: true, transactional: true, producerId: 7n, crcValid: true });
    expect(log.abortedBetween(4n, 9n)).toEqual([]);
  });

  it('finds by timestamp and by epoch', () => {
    const log = new PartitionLog();
    append(log, batchOf(['a'], { timestamp: 100n }));
    append(log, batchOf(['b'], { timestamp: 300n }));
    log.beginEpoch(1);
    append(log, batchOf(['c'], { timestamp: 200n }));
    expect(log.firstBatchSince(150n)?.baseOffset).toBe(1n);
    expect(log.firstBatchSince(301n)).toBeNull();
    expect(log.newestBatch()?.baseOffset).toBe(1n);
    expect(log.endOfEpoch(0)).toEqual({ epoch: 0, endOffset: 2n });
    expect(log.endOfEpoch(5)).toEqual({ epoch: 1, endOffset: 3n });
    expect(log.endOfEpoch(-1)).toBeNull();
  });

  it('forgets records before a given offset only forwards', () => {
    const log = new PartitionLog();
    append(log, batchOf(['a', 'b']));
    append(log, batchOf(['c']));
    log.deleteBefore(1n);
    expect(log.startOffset).toBe(1n);
    log.deleteBefore(0n);
    expect(log.startOffset).toBe(1n);
    log.deleteBefore(2n);
    expect(log.sizeBytes).toBe(batchOf(['c']).length);
  });
});
