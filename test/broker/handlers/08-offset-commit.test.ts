import { describe, expect, it } from 'vitest';
import type { Struct } from '../../../src/protocol/message.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

const groupId = 'readers';

function withTopic() {
  const dialogue = new Dialogue();
  const topic = dialogue.cluster.topics.create('orders', 2, 3);
  const node = dialogue.coordinator(groupId);
  const commit = async (version: number, committedOffset: bigint, changes: Struct = {}, to = node) => {
    const partitions = [{ partitionIndex: 1, committedOffset, committedMetadata: 'm' }];
    const topics = [{ name: 'orders', topicId: topic.id, partitions }];
    const answer = await dialogue.ask(
      8,
      version,
      { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics, ...changes },
      to,
    );
    return structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0]?.errorCode;
  };
  return { dialogue, topic, node, commit };
}

describe('OffsetCommit and OffsetFetch', () => {
  it('keep a position in every pair of versions', async () => {
    const { dialogue, topic, node, commit } = withTopic();
    for (let version = 0; version <= 10; version += 1) {
      expect(await commit(version, BigInt(version + 40)), `v${version}`).toBe(0);
      const wanted = [{ name: 'orders', topicId: topic.id, partitionIndexes: [1, 0] }];
      const body = version < 8 ? { groupId, topics: wanted } : { groups: [{ groupId, topics: wanted }] };
      const answer = await dialogue.ask(9, version, body, node);
      const group = version < 8 ? answer : (structsField(answer, 'groups')[0] ?? {});
      const partitions = structsField(structsField(group, 'topics')[0] ?? {}, 'partitions');
      expect(partitions).toMatchObject([
        { partitionIndex: 1, committedOffset: BigInt(version + 40), metadata: 'm', errorCode: 0 },
        { partitionIndex: 0, committedOffset: -1n, errorCode: 0 },
      ]);
    }
  });

  it('list everything for null topics', async () => {
    const { dialogue, node, commit } = withTopic();
    await commit(7, 5n);
    for (const version of [2, 7]) {
      const answer = await dialogue.ask(9, version, { groupId, topics: null }, node);
      expect(structsField(answer, 'topics')).toMatchObject([{ name: 'orders', partitions: [{ committedOffset: 5n }] }]);
    }
    const answer = await dialogue.ask(9, 10, { groups: [{ groupId, topics: null }] }, node);
    expect(structsField(structsField(answer, 'groups')[0] ?? {}, 'topics')).toHaveLength(1);
  });

  it('refuse strangers, wrong brokers, unknown partitions and long metadata', async () => {
    const { dialogue, node, commit } = withTopic();
    expect(await commit(7, 1n, {}, (node % 3) + 1)).toBe(16);
    expect(await commit(7, 1n, { groupId: '' }, dialogue.coordinator(''))).toBe(24);
    expect(await commit(7, 1n, { generationIdOrMemberEpoch: 3, memberId: 'who' })).toBe(22);
    const nowhere = [{ name: 'nowhere', partitions: [{ partitionIndex: 1, committedOffset: 1n }] }];
    expect(await commit(7, 1n, { topics: nowhere })).toBe(3);
    const long = [{ partitionIndex: 1, committedOffset: 1n, committedMetadata: 'x'.repeat(5_000) }];
    expect(await commit(7, 1n, { topics: [{ name: 'orders', partitions: long }] })).toBe(12);
    dialogue.cluster.faults.loadCoordinatorsUntil(dialogue.clock.nowMs() + 10);
    expect(await commit(7, 1n)).toBe(14);
    await dialogue.clock.advance(10);
    expect(await commit(7, 1n)).toBe(0);
  });
});
