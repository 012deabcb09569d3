import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue, groupId } from '../classic-dialogue.ts';

describe('ListGroups and DeleteGroups', () => {
  it("list a broker's own groups by state and type", async () => {
    const dialogue = new ClassicDialogue();
    await dialogue.settle();
    dialogue.cluster.groups.consumer('etl');
    const listed = async (body: object, node: number) =>
      structsField(await dialogue.ask(16, 5, { ...body }, node), 'groups').map((group) => group.groupId);
    expect(await listed({}, dialogue.node)).toContain(groupId);
    expect(await listed({}, (dialogue.node % 3) + 1)).not.toContain(groupId);
    expect(await listed({ statesFilter: ['Empty'] }, dialogue.node)).not.toContain(groupId);
    expect(await listed({ statesFilter: ['stable'] }, dialogue.node)).toContain(groupId);
    expect(await listed({ typesFilter: ['consumer'] }, dialogue.node)).not.toContain(groupId);
    expect(await listed({ typesFilter: ['consumer'] }, dialogue.coordinator('etl'))).toEqual(['etl']);
  });

  it('delete empty groups only', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId } = await dialogue.settle();
    const errorOf = async () => {
      const answer = await dialogue.ask(42, 3, { groupsNames: [groupId] }, dialogue.node);
      return structsField(answer, 'results')[0]?.errorCode;
    };
    expect(await errorOf()).toBe(68);
    await dialogue.ask(13, 2, { groupId, memberId }, dialogue.node);
    expect(await errorOf()).toBe(0);
    expect(await errorOf()).toBe(69);
  });
});
