import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue, groupId } from '../classic-dialogue.ts';

describe('DescribeGroups', () => {
  it('shows a settled group with its members', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId } = await dialogue.settle();
    const answer = await dialogue.ask(15, 5, { groups: [groupId] }, dialogue.node);
    expect(structsField(answer, 'groups')).toMatchObject([
      {
        errorCode: 0,
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'range',
        members: [{ memberId, clientId: 'tester', clientHost: '/127.0.0.1' }],
      },
    ]);
  });

  it('calls an unknown group dead, and since v6 not found (KIP-1043)', async () => {
    const dialogue = new ClassicDialogue();
    const groups = [groupId];
    const old = await dialogue.ask(15, 5, { groups }, dialogue.node);
    expect(structsField(old, 'groups')).toMatchObject([{ errorCode: 0, groupState: 'Dead' }]);
    const now = await dialogue.ask(15, 6, { groups }, dialogue.node);
    expect(structsField(now, 'groups')).toMatchObject([{ errorCode: 69, groupState: 'Dead' }]);
    const wrong = await dialogue.ask(15, 6, { groups }, (dialogue.node % 3) + 1);
    expect(structsField(wrong, 'groups')).toMatchObject([{ errorCode: 16 }]);
  });
});
