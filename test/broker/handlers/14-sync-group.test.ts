import { describe, expect, it } from 'vitest';
import { bytesField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue } from '../classic-dialogue.ts';

describe('SyncGroup', () => {
  it('gives a settled member its share again, in every version', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId, generationId } = await dialogue.settle();
    for (let version = 0; version <= 5; version += 1) {
      const answer = await dialogue.ask(14, version, dialogue.self(memberId, generationId), dialogue.node);
      expect(answer.errorCode).toBe(0);
      expect(new TextDecoder().decode(bytesField(answer, 'assignment') ?? undefined)).toBe('share');
    }
  });

  it('refuses another protocol, another generation and strangers', async () => {
    const dialogue = new ClassicDialogue();
    const { memberId, generationId } = await dialogue.settle();
    const errorOf = async (changes: object) =>
      (await dialogue.ask(14, 5, { ...dialogue.self(memberId, generationId), ...changes }, dialogue.node)).errorCode;
    expect(await errorOf({ protocolName: 'sticky' })).toBe(23);
    expect(await errorOf({ protocolType: 'connect' })).toBe(23);
    expect(await errorOf({ generationId: 7 })).toBe(22);
    expect(await errorOf({ memberId: 'stranger' })).toBe(25);
  });
});
