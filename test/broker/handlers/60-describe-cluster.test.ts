import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

describe('DescribeCluster', () => {
  it('lists the brokers, and refuses to speak for controllers', async () => {
    const dialogue = new Dialogue();
    const answer = await dialogue.ask(60, 2, { endpointType: 1 });
    expect(answer).toMatchObject({ errorCode: 0, clusterId: dialogue.cluster.clusterId, controllerId: 1 });
    expect(structsField(answer, 'brokers').map(({ brokerId, port }) => [brokerId, port])).toEqual([
      [1, 9091],
      [2, 9092],
      [3, 9093],
    ]);
    expect((await dialogue.ask(60, 2, { endpointType: 2 })).errorCode).toBe(115);
  });
});
