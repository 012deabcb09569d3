import { describe, expect, it } from 'vitest';
import type { Struct } from '../../src/protocol/message.ts';
import { intField, structsField } from '../../src/protocol/struct-fields.ts';
import { batchOf, Dialogue } from './dialogue.ts';

const transactionalId = 'tx';
const timeoutMs = 60_000;

function begin() {
  const dialogue = new Dialogue();
  const topic = dialogue.cluster.topics.create('orders', 1, 3);
  const log = topic.partitions[0]?.log;
  if (log === undefined) throw new Error('no partition');
  const { transactions } = dialogue.cluster;
  const identity = transactions.init(transactionalId, timeoutMs, -1n, -1);
  const node = dialogue.coordinator(transactionalId);
  const produce = (version: number, sequence: number, epoch = identity.producerEpoch): Promise<Struct> => {
    const producer = { producerId: identity.producerId, producerEpoch: epoch, baseSequence: sequence };
    const records = batchOf(['x'], { ...producer, transactional: true });
    const partitionData = [{ index: 0, records }];
    const topicData = [{ name: 'orders', topicId: topic.id, partitionData }];
    return dialogue.ask(0, version, { transactionalId, acks: -1, topicData });
  };
  return { dialogue, topic, log, transactions, identity, node, produce };
}

function partitionError(answer: Struct): number {
  const topic = structsField(answer, 'responses')[0] ?? {};
  return intField(structsField(topic, 'partitionResponses')[0] ?? {}, 'errorCode', -1);
}

describe('the transaction coordinator', () => {
  it('fences an older instance when a new one begins, and aborts what that left open', () => {
    const { transactions, log, identity } = begin();
    transactions.addPartition(transactionalId, 'orders', 0);
    const next = transactions.init(transactionalId, timeoutMs, -1n, -1);
    expect(next).toMatchObject({ errorCode: 0, producerId: identity.producerId });
    expect(next.producerEpoch).toBeGreaterThan(identity.producerEpoch);
    expect(transactions.check(transactionalId, identity.producerId, identity.producerEpoch)).toBe(90);
    expect(log.endOffset).toBe(1n); // the abort marker
  });

  it('takes a Produce only for a partition that was added, unless the version adds it itself (KIP-890)', async () => {
    const { produce, transactions, log, identity } = begin();
    expect(partitionError(await produce(11, 0))).toBe(48);
    transactions.addPartition(transactionalId, 'orders', 0);
    expect(partitionError(await produce(11, 0))).toBe(0);
    expect(log.lastStableOffset).toBe(0n);
    expect(transactions.end(transactionalId, identity.producerId, 0, true, false).errorCode).toBe(0);
    expect(log.lastStableOffset).toBe(2n);
    expect(partitionError(await produce(12, 1))).toBe(0);
    expect(partitionError(await produce(12, 2, 5))).toBe(47);
  });

  it('bumps the epoch with every end of version 5', async () => {
    const { dialogue, produce, identity, node } = begin();
    await produce(12, 0);
    const { producerId } = identity;
    const body = { transactionalId, producerId, producerEpoch: 0, committed: true };
    expect(await dialogue.ask(26, 5, body, node)).toMatchObject({ errorCode: 0, producerId, producerEpoch: 1 });
    expect((await dialogue.ask(26, 4, body, node)).errorCode).toBe(90);
    expect((await dialogue.ask(26, 1, body, node)).errorCode).toBe(47);
    expect((await dialogue.ask(26, 5, body, (node % 3) + 1)).errorCode).toBe(16);
  });

  it('aborts by itself when the time is over', async () => {
    const { dialogue, transactions, log, identity, produce } = begin();
    transactions.addPartition(transactionalId, 'orders', 0);
    await produce(11, 0);
    await dialogue.clock.advance(timeoutMs);
    expect(log.abortedBetween(0n, 9n)).toHaveLength(1);
    expect(transactions.check(transactionalId, identity.producerId, identity.producerEpoch)).toBe(90);
  });

  it('makes offsets real with the commit only', async () => {
    const { dialogue, transactions, identity } = begin();
    const groupId = 'g';
    const node = dialogue.coordinator(groupId);
    const { producerId, producerEpoch } = identity;
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 41n }] }];
    const body = { transactionalId, groupId, producerId, producerEpoch, topics };
    const commitError = (answer: Struct) =>
      structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0]?.errorCode;
    expect(commitError(await dialogue.ask(28, 3, body, node))).toBe(48);
    transactions.addGroup(transactionalId, groupId);
    expect(commitError(await dialogue.ask(28, 3, body, node))).toBe(0);
    const offsets = dialogue.cluster.groups.offsetsOf(groupId);
    expect(offsets?.isPending('orders', 0)).toBe(true);
    expect(offsets?.get('orders', 0)).toBeNull();
    transactions.end(transactionalId, producerId, producerEpoch, true, false);
    expect(offsets?.get('orders', 0)?.offset).toBe(41n);
    expect(offsets?.isPending('orders', 0)).toBe(false);
  });

  it('refuses an end without a beginning, and a timeout beyond the limit', () => {
    const { transactions, identity } = begin();
    expect(transactions.end(transactionalId, identity.producerId, 0, true, false).errorCode).toBe(48);
    expect(transactions.end('unknown', 1n, 0, true, false).errorCode).toBe(49);
    expect(transactions.init('long', 900_001, -1n, -1).errorCode).toBe(50);
    expect(transactions.init(null, 0, -1n, -1).producerEpoch).toBe(0);
  });
});
