import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { ClassicDialogue, groupId, settleMs } from '../classic-dialogue.ts';

describe('JoinGroup', () => {
  it('lets newcomers in at once before v4 and asks for an id from v4 on', async () => {
    for (let version = 0; version <= 9; version += 1) {
      const dialogue = new ClassicDialogue();
      const joining = dialogue.join(version);
      await dialogue.clock.advance(settleMs);
      const joined = await joining;
      expect(joined.errorCode, `v${version}`).toBe(version < 4 ? 0 : 79);
      expect(joined.memberId).toMatch(/^tester-/);
      expect(structsField(joined, 'members')).toHaveLength(version < 4 ? 1 : 0);
    }
  });

  it('writes an absent protocol name as each version can', async () => {
    const dialogue = new ClassicDialogue();
    expect((await dialogue.join(6)).protocolName).toBe('');
    expect((await dialogue.join(7)).protocolName).toBeNull();
  });

  it('refuses empty groups, strangers and other coordinators', async () => {
    const dialogue = new ClassicDialogue();
    expect((await dialogue.join(5, { memberId: 'made up' })).errorCode).toBe(25);
    const elsewhere = (dialogue.node % 3) + 1;
    const answer = await dialogue.ask(11, 5, { groupId, protocolType: 'consumer' }, elsewhere);
    expect(answer.errorCode).toBe(16);
    const nameless = await dialogue.ask(11, 5, { groupId: '' });
    expect(nameless.errorCode).toBe(24);
  });
});
