import type { Struct } from '../../src/protocol/message.ts';
import { intField, structsField, textField } from '../../src/protocol/struct-fields.ts';
import { Dialogue } from './dialogue.ts';

/** Longer than the cluster's initial rebalance delay. */
export const settleMs = 1_000;

export const groupId = 'billing';

/** A classic group driven through its requests. */
export class ClassicDialogue extends Dialogue {
  readonly node = this.coordinator(groupId);

  /** JoinGroup of a newcomer (or of a known member), asked for but not awaited. */
  join(version: number, changes: Struct = {}): Promise<Struct> {
    const protocols = [{ name: 'range', metadata: Buffer.from('topics') }];
    const timeouts = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 };
    const body = { groupId, memberId: '', protocolType: 'consumer', protocols, ...timeouts, ...changes };
    return this.ask(11, version, body, this.node);
  }

  /** One member alone in a settled group. */
  async settle(version = 9): Promise<{ memberId: string; generationId: number }> {
    const first = version >= 4 ? textField(await this.join(version), 'memberId') : '';
    const joining = this.join(version, { memberId: first });
    await this.clock.advance(settleMs);
    const joined = await joining;
    const memberId = textField(joined, 'memberId');
    const generationId = intField(joined, 'generationId', -1);
    const assignments = structsField(joined, 'members').map((member) => ({
      memberId: textField(member, 'memberId'),
      assignment: Buffer.from('share'),
    }));
    await this.ask(14, 5, { ...this.self(memberId, generationId), assignments }, this.node);
    return { memberId, generationId };
  }

  self(memberId: string, generationId: number): Struct {
    return { groupId, memberId, generationId, protocolType: 'consumer', protocolName: 'range' };
  }
}
