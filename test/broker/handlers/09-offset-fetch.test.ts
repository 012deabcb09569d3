import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

describe('OffsetFetch', () => {
  it('answers several groups, each with its own error', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 1, 1);
    const node = dialogue.coordinator('mine');
    const others = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6'];
    const foreign = others.find((groupId) => dialogue.coordinator(groupId) !== node) ?? '';
    const topics = [{ name: 'orders', partitionIndexes: [0] }];
    const groups = [
      { groupId: 'mine', topics },
      { groupId: foreign, topics },
    ];
    const answer = await dialogue.ask(9, 8, { groups }, node);
    expect(structsField(answer, 'groups')).toMatchObject([
      { groupId: 'mine', errorCode: 0, topics: [{ partitions: [{ committedOffset: -1n, errorCode: 0 }] }] },
      { groupId: foreign, errorCode: 16, topics: [] },
    ]);
  });

  it('holds unstable positions back when asked to (KIP-447)', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 1, 1);
    const offsets = dialogue.cluster.groups.offsetsFor('mine');
    if (typeof offsets === 'number') throw new Error('no offsets');
    offsets.commitPending(1n, 'orders', 0, { offset: 5n, leaderEpoch: -1, metadata: '' });
    const topics = [{ name: 'orders', partitionIndexes: [0] }];
    const errorOf = async (requireStable: boolean) => {
      const answer = await dialogue.ask(9, 7, { groupId: 'mine', topics, requireStable }, dialogue.coordinator('mine'));
      return structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0]?.errorCode;
    };
    expect(await errorOf(true)).toBe(88);
    expect(await errorOf(false)).toBe(0);
  });
});
