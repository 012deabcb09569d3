import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

describe('FindCoordinator', () => {
  it('names the same broker in the single and the batched form, for groups and transactions', async () => {
    const dialogue = new Dialogue();
    for (const keyType of [0, 1]) {
      const single = await dialogue.ask(10, 3, { key: 'billing', keyType });
      const several = await dialogue.ask(10, 4, { coordinatorKeys: ['billing'], keyType });
      const nodeId = dialogue.coordinator('billing');
      expect(single).toMatchObject({ errorCode: 0, nodeId, host: 'broker.test', port: 9090 + nodeId });
      expect(structsField(several, 'coordinators')).toMatchObject([{ key: 'billing', nodeId, port: 9090 + nodeId }]);
    }
  });

  it('answers node −1 and no address for what it does not coordinate', async () => {
    const dialogue = new Dialogue();
    const nothing = { nodeId: -1, host: '', port: -1 };
    expect(await dialogue.ask(10, 3, { key: 'share', keyType: 2 })).toMatchObject({ errorCode: 42, ...nothing });
    const several = await dialogue.ask(10, 6, { coordinatorKeys: ['', 'g'], keyType: 0 });
    expect(structsField(several, 'coordinators')).toMatchObject([{ errorCode: 24, ...nothing }, { errorCode: 0 }]);
  });

  it('spreads groups over all brokers', () => {
    const dialogue = new Dialogue();
    const nodes = Array.from({ length: 60 }, (_, index) => dialogue.coordinator(`group-${index}`));
    expect(new Set(nodes)).toEqual(new Set([1, 2, 3]));
  });
});
