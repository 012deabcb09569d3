import { describe, expect, it } from 'vitest';
import { readBatchHeader } from '../../../src/broker/batch-header.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { batchOf, Dialogue } from '../dialogue.ts';

describe('DeleteRecords and OffsetForLeaderEpoch', () => {
  it('move the start of a partition, to its end with −1, never beyond it', async () => {
    const dialogue = new Dialogue();
    const log = dialogue.cluster.topics.create('orders', 1, 1).partitions[0]?.log;
    const batch = batchOf(['a', 'b', 'c']);
    const header = readBatchHeader(batch);
    if (log === undefined || header === null) throw new Error('no log');
    log.append(batch, header, 0);
    const cut = async (offset: bigint) => {
      const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, offset }] }];
      const answer = await dialogue.ask(21, 2, { topics });
      return structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0];
    };
    expect(await cut(2n)).toMatchObject({ errorCode: 0, lowWatermark: 2n });
    expect(await cut(9n)).toMatchObject({ errorCode: 1 });
    expect(await cut(-1n)).toMatchObject({ errorCode: 0, lowWatermark: 3n });
    expect(log.startOffset).toBe(3n);
  });

  it('tell where an epoch ended', async () => {
    const dialogue = new Dialogue();
    const partition = dialogue.cluster.topics.create('orders', 1, 3).partitions[0];
    const batch = batchOf(['a', 'b']);
    const header = readBatchHeader(batch);
    if (partition === undefined || header === null) throw new Error('no partition');
    partition.log.append(batch, header, 0);
    dialogue.cluster.moveLeader(partition, 2);
    const endOf = async (leaderEpoch: number, currentLeaderEpoch: number) => {
      const partitions = [{ partition: 0, leaderEpoch, currentLeaderEpoch }];
      const answer = await dialogue.ask(23, 4, { topics: [{ topic: 'orders', partitions }] }, 2);
      return structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0];
    };
    expect(await endOf(0, 1)).toMatchObject({ errorCode: 0, leaderEpoch: 0, endOffset: 2n });
    expect(await endOf(0, 0)).toMatchObject({ errorCode: 74 });
    expect(await endOf(0, 5)).toMatchObject({ errorCode: 75 });
  });
});
