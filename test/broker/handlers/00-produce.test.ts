import { describe, expect, it } from 'vitest';
import type { Struct } from '../../../src/protocol/message.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { decodeRecordBatches } from '../../../src/records/decode-records.ts';
import { encodeMessageSet } from '../../../src/records/encode-records.ts';
import { batchOf, Dialogue } from '../dialogue.ts';

function withTopic() {
  const dialogue = new Dialogue();
  const topic = dialogue.cluster.topics.create('orders', 1, 3);
  const partition = topic.partitions[0];
  if (partition === undefined) throw new Error('no partition');
  const body = (records: Uint8Array | null, acks = -1, index = 0): Struct => ({
    acks,
    timeoutMs: 1_000,
    topicData: [{ name: 'orders', topicId: topic.id, partitionData: [{ index, records }] }],
  });
  return { dialogue, topic, partition, body };
}

const resultOf = (answer: Struct) =>
  structsField(structsField(answer, 'responses')[0] ?? {}, 'partitionResponses')[0] ?? {};

describe('Produce', () => {
  it('stores a batch in every version and answers its offset', async () => {
    const { dialogue, partition, body } = withTopic();
    for (let version = 0; version <= 13; version += 1) {
      const answer = await dialogue.ask(0, version, body(batchOf(['a', 'b'])));
      expect(resultOf(answer)).toMatchObject({ errorCode: 0, baseOffset: BigInt(version * 2) });
    }
    expect(partition.log.endOffset).toBe(28n);
  });

  for (const codec of ['none', 'gzip', 'snappy', 'lz4'] as const) {
    it(`stores message sets of old clients as magic 2 (${codec})`, async () => {
      const { dialogue, partition, body } = withTopic();
      for (const magic of [0, 1] as const) {
        const records = ['x', 'y'].map((value) => ({ timestamp: 5n, key: null, value: Buffer.from(value) }));
        const set = encodeMessageSet({ magic, baseOffset: 0n, codec, records });
        expect(resultOf(await dialogue.ask(0, 2, body(set, 1))).errorCode).toBe(0);
      }
      const stored = decodeRecordBatches(partition.log.read(0n, partition.log.endOffset, 100_000, true)).batches;
      expect(stored.map(({ magic, compression }) => [magic, compression])).toEqual([
        [2, codec],
        [2, codec],
      ]);
      const values = stored.flatMap(({ records }) => (records ?? []).map(({ value }) => String(value)));
      expect(values).toHaveLength(4);
      expect(stored.flatMap(({ records }) => (records ?? []).map(({ offset }) => offset))).toEqual([0n, 1n, 2n, 3n]);
    });
  }

  it('never answers acks=0, and closes the connection when such a write failed', async () => {
    const { dialogue, partition, body } = withTopic();
    expect((await dialogue.send(0, 9, body(batchOf(['a']), 0))).kind).toBe('nothing');
    expect(partition.log.endOffset).toBe(1n);
    expect((await dialogue.send(0, 9, body(batchOf(['a']), 0, 7))).kind).toBe('close');
  });

  it('refuses what a broker refuses', async () => {
    const { dialogue, body } = withTopic();
    const errorOf = async (version: number, request: Struct, node = 1) =>
      resultOf(await dialogue.ask(0, version, request, node)).errorCode;
    const good = batchOf(['a']);
    const broken = good.slice();
    broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
    expect(await errorOf(9, body(good, 2))).toBe(21);
    expect(await errorOf(9, body(good, 1, 7))).toBe(3);
    expect(await errorOf(9, body(broken))).toBe(2);
    expect(await errorOf(9, body(null))).toBe(87);
    expect(await errorOf(9, body(Buffer.concat([good, good])))).toBe(87);
    expect(await errorOf(9, body(good.subarray(0, 40)))).toBe(2);
    expect(await errorOf(6, body(batchOf(['a'], { codec: 'zstd' })))).toBe(76);
    expect(await errorOf(9, body(batchOf(['x'.repeat(1_100_000)])))).toBe(10);
    expect(await errorOf(9, body(good), 2)).toBe(6);
  });

  it('answers a repeated batch of an idempotent producer with its old offset', async () => {
    const { dialogue, partition, body } = withTopic();
    const batch = batchOf(['a'], { producerId: 1n, producerEpoch: 0, baseSequence: 0 });
    for (let round = 0; round < 2; round += 1) {
      expect(resultOf(await dialogue.ask(0, 9, body(batch)))).toMatchObject({ errorCode: 0, baseOffset: 0n });
    }
    expect(partition.log.endOffset).toBe(1n);
    const gap = batchOf(['c'], { producerId: 1n, producerEpoch: 0, baseSequence: 5 });
    expect(resultOf(await dialogue.ask(0, 9, body(gap))).errorCode).toBe(45);
  });

  it('names the new leader where the version can (KIP-951)', async () => {
    const { dialogue, partition, body } = withTopic();
    dialogue.cluster.moveLeader(partition, 3);
    const answer = await dialogue.ask(0, 10, body(batchOf(['a'])));
    expect(resultOf(answer)).toMatchObject({ errorCode: 6, currentLeader: { leaderId: 3, leaderEpoch: 1 } });
    expect(structsField(answer, 'nodeEndpoints')).toMatchObject([{ nodeId: 3, port: 9093 }]);
  });
});
