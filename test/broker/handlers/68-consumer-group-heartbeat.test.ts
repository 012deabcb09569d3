import { describe, expect, it } from 'vitest';
import { structField, structsField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue, groupId as classicGroupId } from '../classic-dialogue.ts';
import { Dialogue } from '../dialogue.ts';

const groupId = 'etl';
const joining = {
  groupId,
  memberEpoch: 0,
  rebalanceTimeoutMs: 1_000,
  subscribedTopicNames: ['orders'],
  topicPartitions: [],
};

describe('ConsumerGroupHeartbeat', () => {
  it('names the member in v0, lets it name itself in v1, and assigns by topic id', async () => {
    const dialogue = new Dialogue();
    const { id } = dialogue.cluster.topics.create('orders', 2, 1);
    const node = dialogue.coordinator(groupId);
    const first = await dialogue.ask(68, 0, { ...joining, memberId: '' }, node);
    expect(first).toMatchObject({ errorCode: 0, memberEpoch: 1, heartbeatIntervalMs: 1_000 });
    expect(first.memberId).toHaveLength(22);
    const assignment = structField(first, 'assignment') ?? {};
    expect(structsField(assignment, 'topicPartitions')).toMatchObject([{ topicId: id, partitions: [0, 1] }]);
    expect((await dialogue.ask(68, 1, { ...joining, memberId: '' }, node)).errorCode).toBe(42);
    expect((await dialogue.ask(68, 1, { ...joining, memberId: 'mine' }, node)).memberId).toBe('mine');
    expect((await dialogue.ask(68, 1, { ...joining, memberId: 'mine' }, (node % 3) + 1)).errorCode).toBe(16);
  });

  it('is described by ConsumerGroupDescribe, and not by DescribeGroups', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 2, 1);
    const node = dialogue.coordinator(groupId);
    await dialogue.ask(68, 1, { ...joining, memberId: 'mine' }, node);
    const answer = await dialogue.ask(69, 1, { groupIds: [groupId, 'nobody'] }, node);
    const [group] = structsField(answer, 'groups');
    expect(group).toMatchObject({ errorCode: 0, groupState: 'Stable', groupEpoch: 1, assignorName: 'uniform' });
    expect(structsField(group ?? {}, 'members')).toMatchObject([
      {
        memberId: 'mine',
        memberType: 1,
        assignment: { topicPartitions: [{ topicName: 'orders', partitions: [0, 1] }] },
      },
    ]);
    const classic = await dialogue.ask(15, 6, { groups: [groupId] }, node);
    expect(structsField(classic, 'groups')[0]?.errorCode).toBe(69);
  });

  it('keeps the two protocols apart while a group has members', async () => {
    const dialogue = new ClassicDialogue();
    await dialogue.settle();
    const body = { ...joining, groupId: classicGroupId, memberId: 'mine' };
    expect((await dialogue.ask(68, 1, body, dialogue.node)).errorCode).toBe(69);
  });
});
