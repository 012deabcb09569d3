import { describe, expect, it } from 'vitest';
import { readBatchHeader } from '../../../src/broker/batch-header.ts';
import type { Topic } from '../../../src/broker/topic-registry.ts';
import { wake } from '../../../src/broker/topic-registry.ts';
import type { Struct } from '../../../src/protocol/message.ts';
import { bytesField, structsField } from '../../../src/protocol/struct-fields.ts';
import { decodeRecordBatches } from '../../../src/records/decode-records.ts';
import { batchOf, Dialogue } from '../dialogue.ts';

function withTopic() {
  const dialogue = new Dialogue();
  const topic = dialogue.cluster.topics.create('orders', 2, 3);
  for (const partition of topic.partitions) partition.leaderId = 1;
  return { dialogue, topic };
}

function append(topic: Topic, index: number, value: string): void {
  const partition = topic.partitions[index];
  const batch = batchOf([value]);
  const header = readBatchHeader(batch);
  if (partition === undefined || header === null) throw new Error('no partition or batch');
  partition.log.append(batch, header, partition.leaderEpoch);
  wake(partition);
}

function wanting(topic: Topic, indexes: readonly number[], changes: { [name: string]: Struct[string] } = {}): Struct {
  const partitions = indexes.map((partition) => ({
    partition,
    fetchOffset: 0n,
    partitionMaxBytes: 1_000_000,
    currentLeaderEpoch: -1,
  }));
  const topics = [{ topic: topic.name, topicId: topic.id, partitions }];
  return { replicaId: -1, maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, topics, ...changes };
}

const partitionsOf = (answer: Struct) =>
  structsField(answer, 'responses').flatMap((topic) => structsField(topic, 'partitions'));
const valuesOf = (answer: Struct) =>
  partitionsOf(answer).flatMap((partition) =>
    decodeRecordBatches(bytesField(partition, 'records') ?? Buffer.alloc(0)).batches.flatMap((batch) =>
      (batch.records ?? []).map(({ value }) => Buffer.from(value ?? []).toString()),
    ),
  );

describe('Fetch', () => {
  it('parks until there are enough bytes', async () => {
    const { dialogue, topic } = withTopic();
    let answered = false;
    const pending = dialogue.ask(1, 11, wanting(topic, [0], { maxWaitMs: 500 })).then((answer) => {
      answered = true;
      return answer;
    });
    await dialogue.clock.advance(400);
    expect(answered).toBe(false);
    append(topic, 0, 'late');
    expect(valuesOf(await pending)).toEqual(['late']);
    expect(topic.partitions[0]?.waiting.size).toBe(0);
  });

  it('answers empty when the wait is over, and lets go when the client is gone', async () => {
    const { dialogue, topic } = withTopic();
    const answer = await dialogue.askLater(500, 1, 11, wanting(topic, [0], { maxWaitMs: 500 }));
    expect(partitionsOf(answer)[0]).toMatchObject({ errorCode: 0, highWatermark: 0n });
    void dialogue.ask(1, 11, wanting(topic, [0], { maxWaitMs: 500 }));
    await dialogue.clock.advance(0);
    dialogue.client.close();
    expect(topic.partitions[0]?.waiting.size).toBe(0);
  });

  it('keeps a session: only news is told, forgotten partitions are left out, wrong epochs refused (KIP-227)', async () => {
    const { dialogue, topic } = withTopic();
    append(topic, 0, 'a');
    const opened = await dialogue.ask(1, 13, wanting(topic, [0, 1], { sessionId: 0, sessionEpoch: 0 }));
    expect(partitionsOf(opened)).toHaveLength(2);
    const sessionId = opened.sessionId ?? 0;
    const moved = [
      { topicId: topic.id, partitions: [{ partition: 0, fetchOffset: 1n, partitionMaxBytes: 1_000_000 }] },
    ];
    const quiet = await dialogue.ask(1, 13, { sessionId, sessionEpoch: 1, topics: moved, maxBytes: 1_000_000 });
    expect(partitionsOf(quiet)).toEqual([]);
    append(topic, 1, 'b');
    const news = await dialogue.ask(1, 13, { sessionId, sessionEpoch: 2, topics: [], maxBytes: 1_000_000 });
    expect(partitionsOf(news).map(({ partitionIndex }) => partitionIndex)).toEqual([1]);
    const forgottenTopicsData = [{ topicId: topic.id, partitions: [1] }];
    const less = { sessionId, sessionEpoch: 3, topics: [], forgottenTopicsData, maxBytes: 1_000_000 };
    expect(partitionsOf(await dialogue.ask(1, 13, less))).toEqual([]);
    expect((await dialogue.ask(1, 13, { sessionId, sessionEpoch: 9 })).errorCode).toBe(71);
    expect((await dialogue.ask(1, 13, { sessionId: 12345, sessionEpoch: 1 })).errorCode).toBe(70);
  });

  it('tells who leads now when it is somebody else (KIP-951)', async () => {
    const { dialogue, topic } = withTopic();
    const [partition] = topic.partitions;
    if (partition === undefined) throw new Error('no partition');
    dialogue.cluster.moveLeader(partition, 2);
    const answer = await dialogue.ask(1, 16, wanting(topic, [0]));
    expect(partitionsOf(answer)[0]).toMatchObject({ errorCode: 6, currentLeader: { leaderId: 2, leaderEpoch: 1 } });
    expect(structsField(answer, 'nodeEndpoints')).toMatchObject([{ nodeId: 2, host: 'broker.test', port: 9092 }]);
    const stale = wanting(topic, [0]);
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 9, currentLeaderEpoch: 0 }];
    const fenced = await dialogue.ask(1, 12, { ...stale, topics: [{ topic: 'orders', partitions }] }, 2);
    expect(partitionsOf(fenced)[0]?.errorCode).toBe(74);
  });

  it('refuses offsets it does not have and topics nobody made', async () => {
    const { dialogue, topic } = withTopic();
    const partitions = [{ partition: 0, fetchOffset: 7n, partitionMaxBytes: 9 }];
    const beyond = await dialogue.ask(1, 4, { maxBytes: 99, topics: [{ topic: 'orders', partitions }] });
    expect(partitionsOf(beyond)[0]?.errorCode).toBe(1);
    const nowhere = await dialogue.ask(1, 4, { maxBytes: 99, topics: [{ topic: 'nowhere', partitions }] });
    expect(partitionsOf(nowhere)[0]?.errorCode).toBe(3);
    const unknownId = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions }];
    const byId = await dialogue.ask(1, 13, { maxBytes: 99, topics: unknownId });
    expect(partitionsOf(byId)[0]?.errorCode).toBe(100);
    expect(topic.partitions).toHaveLength(2);
  });

  it('hides open transactions from read_committed readers and names the aborted', async () => {
    const { dialogue, topic } = withTopic();
    const log = topic.partitions[0]?.log;
    const batch = batchOf(['t'], { producerId: 5n, producerEpoch: 0, baseSequence: 0, transactional: true });
    const header = readBatchHeader(batch);
    if (log === undefined || header === null) throw new Error('no log');
    append(topic, 0, 'plain');
    log.append(batch, header, 0);
    const committed = await dialogue.ask(1, 11, wanting(topic, [0], { isolationLevel: 1 }));
    expect(valuesOf(committed)).toEqual(['plain']);
    expect(partitionsOf(committed)[0]).toMatchObject({
      highWatermark: 2n,
      lastStableOffset: 1n,
      abortedTransactions: [],
    });
    const all = await dialogue.ask(1, 11, wanting(topic, [0]));
    expect(valuesOf(all)).toEqual(['plain', 't']);
    expect(partitionsOf(all)[0]?.abortedTransactions).toBeNull();
    log.appendMarker(5n, 0, false, 0, 9n);
    const after = await dialogue.ask(1, 11, wanting(topic, [0], { isolationLevel: 1 }));
    expect(partitionsOf(after)[0]?.abortedTransactions).toMatchObject([{ producerId: 5n, firstOffset: 1n }]);
  });

  it('converts down for readers of the old formats', async () => {
    const { dialogue, topic } = withTopic();
    append(topic, 0, 'old');
    for (const [version, magic] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
    ] as const) {
      const answer = await dialogue.ask(1, version, wanting(topic, [0]));
      const records = bytesField(partitionsOf(answer)[0] ?? {}, 'records') ?? Buffer.alloc(0);
      expect(decodeRecordBatches(records).batches.map((batch) => batch.magic)).toEqual([magic]);
      expect(valuesOf(answer)).toEqual(['old']);
    }
  });

  it("charges what it sends to the client's quota", async () => {
    const { dialogue, topic } = withTopic();
    append(topic, 0, 'x'.repeat(500));
    dialogue.cluster.quotas.set('tester', 100);
    expect((await dialogue.ask(1, 11, wanting(topic, [0]))).throttleTimeMs).toBeGreaterThan(0);
  });
});
