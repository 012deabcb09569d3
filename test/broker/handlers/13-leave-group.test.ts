import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue, groupId } from '../classic-dialogue.ts';

describe('LeaveGroup', () => {
  it('takes one member before v3', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId } = await dialogue.settle();
    expect((await dialogue.ask(13, 2, { groupId, memberId }, dialogue.node)).errorCode).toBe(0);
    expect((await dialogue.ask(13, 2, { groupId, memberId }, dialogue.node)).errorCode).toBe(25);
    expect(dialogue.cluster.groups.get(groupId)?.state).toBe('Empty');
  });

  it('takes several since v3, each with its own error', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId } = await dialogue.settle();
    const members = [{ memberId }, { memberId: 'stranger' }, { memberId: '', groupInstanceId: 'pod-9' }];
    const answer = await dialogue.ask(13, 5, { groupId, members }, dialogue.node);
    expect(structsField(answer, 'members').map(({ errorCode }) => errorCode)).toEqual([0, 25, 25]);
  });
});
