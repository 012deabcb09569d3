import { describe, expect, it } from 'vitest';
import { Dialogue } from '../dialogue.ts';

const software = { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.3.1' };

describe('ApiVersions', () => {
  it('learns the software, and refuses names KIP-511 does not allow', async () => {
    const dialogue = new Dialogue();
    await dialogue.ask(18, 3, software);
    expect(dialogue.client.softwareName).toBe('apache-kafka-java');
    expect(dialogue.client.softwareVersion).toBe('4.3.1');
    for (const clientSoftwareName of ['', '-x', 'a b', 'x'.repeat(300)]) {
      expect((await dialogue.ask(18, 3, { ...software, clientSoftwareName })).errorCode).toBe(42);
    }
  });

  it('leaves features with minimum 0 out before v4 (KAFKA-17011)', async () => {
    const dialogue = new Dialogue();
    expect((await dialogue.ask(18, 3, software)).supportedFeatures).toBeUndefined();
    const answer = await dialogue.ask(18, 4, software);
    expect(answer.supportedFeatures).toMatchObject([{ name: 'group.version' }, { name: 'transaction.version' }]);
  });

  it('sends a client that looks for another cluster or node to bootstrap again (KIP-1242)', async () => {
    const dialogue = new Dialogue();
    const { clusterId } = dialogue.cluster;
    expect((await dialogue.ask(18, 5, { ...software, clusterId, nodeId: 2 }, 2)).errorCode).toBe(0);
    expect((await dialogue.ask(18, 5, { ...software, clusterId, nodeId: 3 }, 2)).errorCode).toBe(129);
    expect((await dialogue.ask(18, 5, { ...software, clusterId: 'other', nodeId: 2 }, 2)).errorCode).toBe(129);
  });
});
