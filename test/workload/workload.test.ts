import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCluster, startDemoCluster } from '../../src/broker/cluster.ts';
import { startWorkload, type Workload } from '../../src/workload/workload.ts';
import { eventually } from '../broker/clients/eventually.ts';

let cluster: DemoCluster;
let workload: Workload;

const requested = (apiKey: number, version?: number) =>
  [...cluster.counters.requestsByApi].some(([api]) =>
    version === undefined ? api.startsWith(`${apiKey}.`) : api === `${apiKey}.${version}`,
  );

beforeAll(async () => {
  cluster = await startDemoCluster({ brokers: 3, seed: 5, host: '127.0.0.1', incidents: true });
  const [bootstrap] = cluster.bootstrap;
  if (bootstrap === undefined) throw new Error('no broker');
  workload = await startWorkload({ bootstrap, seed: 5, ratePerSecond: 600 });
});

afterAll(async () => {
  await cluster.close();
});

describe('the workload against the embedded cluster', () => {
  it('shows every planned ingredient', async () => {
    const { counters } = cluster;
    const clients = ['orders-svc', 'billing', 'flink-7', 'legacy-etl', 'etl', 'payments-svc', 'admin-console'];
    await eventually(() => clients.every((clientId) => counters.requestsByClient.has(clientId)));
    // Every codec: none, gzip, snappy, lz4, zstd.
    await eventually(() => [0, 1, 2, 3, 4].every((codec) => counters.producedByCodec.has(codec)));
    // The old client: Produce v2, Fetch v3, no ApiVersions needed.
    await eventually(() => requested(0, 2) && requested(1, 3));
    // Groups of both protocols, and what they need.
    await eventually(() => [11, 12, 13, 14, 68, 8, 9, 10].every((apiKey) => requested(apiKey)));
    await eventually(() => counters.rebalances >= 4);
    // Transactions, committed and aborted.
    await eventually(() => counters.transactionsCommitted > 0 && counters.transactionsAborted > 0);
    // Throttling, a slow broker, the misspelt topic, and a leader that moved away under somebody.
    await eventually(() => counters.throttledResponses > 0 && counters.delayedResponses > 0);
    await eventually(() => counters.errorsByCode.has(3));
    cluster.moveLeader('orders.v1', 3, 2);
    cluster.moveLeader('orders.v1', 3, 1);
    cluster.moveLeader('orders.v1', 3, 3);
    await eventually(() => counters.errorsByCode.has(6) || counters.errorsByCode.has(74));
    cluster.loadCoordinators(300);
    await eventually(() => counters.errorsByCode.has(14));
    // Software names, and fetch sessions with topic ids.
    await eventually(() => ['apache-kafka-java', 'librdkafka'].every((name) => counters.softwareSeen.has(name)));
    await eventually(() => requested(1, 17) && requested(1, 18));
    expect([...counters.limitsReached]).toEqual([]);
  });

  it('goes on when every connection breaks, and stops cleanly without failures', async () => {
    const openedBefore = cluster.counters.connectionsOpened;
    cluster.dropConnections();
    await eventually(() => cluster.counters.connectionsOpened > openedBefore + 5);
    await workload.stop();
    const requestsAtStop = [...cluster.counters.requestsByApi.values()].reduce((sum, count) => sum + count, 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const requestsLater = [...cluster.counters.requestsByApi.values()].reduce((sum, count) => sum + count, 0);
    expect(requestsLater).toBe(requestsAtStop);
    expect(workload.failures()).toEqual([]);
    expect(cluster.failures()).toEqual([]);
  });
});
