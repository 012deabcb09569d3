import { describe, expect, it } from 'vitest';
import { Clusters } from '../../src/insight/clusters.ts';
import { Conversation } from '../support/conversation.ts';
import { eventsOf } from '../support/engine-events.ts';

describe('Clusters', () => {
  it('learns cluster, controller and brokers from Metadata and DescribeCluster', () => {
    const talk = new Conversation()
      .request(3, 9, 1, { topics: [] })
      .response(3, 9, 1, {
        clusterId: 'c1',
        controllerId: 2,
        brokers: [
          { nodeId: 2, host: 'b2', port: 9092, rack: 'r' },
          { nodeId: 1, host: '::1', port: 9093, rack: null },
        ],
        topics: [],
      })
      .request(60, 0, 2, {})
      .response(60, 0, 2, { clusterId: 'c2', controllerId: -1, brokers: [{ brokerId: 5, host: 'x', port: 1 }] });
    const clusters = new Clusters();
    for (const event of eventsOf(talk)) clusters.take(event);
    expect(clusters.list()).toMatchObject([
      {
        clusterId: 'c1',
        controllerId: 2,
        brokers: [
          { nodeId: 1, address: '[::1]:9093', rack: null },
          { nodeId: 2, address: 'b2:9092', rack: 'r' },
        ],
      },
      { clusterId: 'c2', controllerId: null, brokers: [{ nodeId: 5, address: 'x:1' }] },
    ]);
  });
});
