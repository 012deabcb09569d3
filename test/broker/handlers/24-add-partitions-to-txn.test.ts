import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

const transactionalId = 'tx';

async function begin() {
  const dialogue = new Dialogue();
  dialogue.cluster.topics.create('orders', 1, 1);
  const node = dialogue.coordinator(transactionalId);
  const identity = await dialogue.ask(22, 5, { transactionalId, transactionTimeoutMs: 1_000 }, node);
  const { producerId = -1n, producerEpoch = -1 } = identity;
  return { dialogue, node, producerId, producerEpoch };
}

describe('AddPartitionsToTxn and AddOffsetsToTxn', () => {
  it('attempt nothing when one partition does not exist', async () => {
    const { dialogue, node, producerId, producerEpoch } = await begin();
    const add = async (partitions: readonly number[], epoch = producerEpoch) => {
      const answer = await dialogue.ask(
        24,
        3,
        {
          v3AndBelowTransactionalId: transactionalId,
          v3AndBelowProducerId: producerId,
          v3AndBelowProducerEpoch: epoch,
          v3AndBelowTopics: [{ name: 'orders', partitions }],
        },
        node,
      );
      const topic = structsField(answer, 'resultsByTopicV3AndBelow')[0] ?? {};
      return structsField(topic, 'resultsByPartition').map(({ partitionErrorCode }) => partitionErrorCode);
    };
    expect(await add([0, 7])).toEqual([55, 3]);
    expect(dialogue.cluster.transactions.hasPartition(transactionalId, 'orders', 0)).toBe(false);
    expect(await add([0])).toEqual([0]);
    expect(dialogue.cluster.transactions.hasPartition(transactionalId, 'orders', 0)).toBe(true);
    expect(await add([0], 99)).toEqual([90]);
  });

  it('only look with verifyOnly', async () => {
    const { dialogue, node, producerId, producerEpoch } = await begin();
    const topics = [{ name: 'orders', partitions: [0] }];
    const verify = async (verifyOnly: boolean) => {
      const transactions = [{ transactionalId, producerId, producerEpoch, verifyOnly, topics }];
      const answer = await dialogue.ask(24, 4, { transactions }, node);
      const topic = structsField(structsField(answer, 'resultsByTransaction')[0] ?? {}, 'topicResults')[0] ?? {};
      return structsField(topic, 'resultsByPartition')[0]?.partitionErrorCode;
    };
    expect(await verify(true)).toBe(48);
    expect(await verify(false)).toBe(0);
    expect(await verify(true)).toBe(0);
  });

  it('take a group in, from the right producer at the right broker', async () => {
    const { dialogue, node, producerId, producerEpoch } = await begin();
    const body = { transactionalId, producerId, producerEpoch, groupId: 'g' };
    expect((await dialogue.ask(25, 4, { ...body, producerEpoch: 9 }, node)).errorCode).toBe(90);
    expect((await dialogue.ask(25, 1, { ...body, producerEpoch: 9 }, node)).errorCode).toBe(47);
    expect((await dialogue.ask(25, 4, body, (node % 3) + 1)).errorCode).toBe(16);
    expect((await dialogue.ask(25, 4, body, node)).errorCode).toBe(0);
    expect(dialogue.cluster.transactions.hasGroup(transactionalId, 'g')).toBe(true);
  });
});
