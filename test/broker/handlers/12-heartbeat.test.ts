import { describe, expect, it } from 'vitest';
import { ClassicDialogue } from '../classic-dialogue.ts';

describe('Heartbeat', () => {
  it('tells members of the right generation that all is well, and of a rebalance', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId, generationId } = await dialogue.settle();
    const errorOf = async (version: number, changes = {}) => {
      const body = { ...dialogue.self(memberId, generationId), ...changes };
      return (await dialogue.ask(12, version, body, dialogue.node)).errorCode;
    };
    for (let version = 0; version <= 4; version += 1) expect(await errorOf(version)).toBe(0);
    expect(await errorOf(4, { generationId: 9 })).toBe(22);
    expect(await errorOf(4, { memberId: 'stranger' })).toBe(25);
    expect(await errorOf(4, { groupId: 'other' })).not.toBe(0);
    void dialogue.join(3);
    expect(await errorOf(4)).toBe(27);
  });
});
