import { BrokerServer } from './broker-server.ts';
import { systemClock } from './clock.ts';
import { type ClusterSettings, ClusterState, clusterSettingsDefault } from './cluster-state.ts';
import type { BrokerCounters } from './counters.ts';
import type { Slowness } from './faults.ts';
import { Incidents } from './incidents.ts';

/** A topic that exists from the start. */
export interface TopicToCreate {
  readonly name: string;
  readonly partitions: number;
}

/** How to start an embedded cluster. */
export interface DemoClusterOptions extends Partial<ClusterSettings> {
  /** Brokers 1…n, each on a port of its own. */
  readonly brokers: number;
  readonly seed: number;
  /** Loopback address or name the listeners bind to and advertise. */
  readonly host: string;
  /** First broker's port, the next ones follow; 0 (the default): free ports. */
  readonly firstPort?: number;
  /** Topics that exist from the start; default: the demo's own. */
  readonly topics?: readonly TopicToCreate[];
  /** Whether leaders move, coordinators load, the last broker is slow and `flink-7` has a quota (default true). */
  readonly incidents?: boolean;
}

/** A running embedded cluster, and the knobs of its misbehaviour. */
export interface DemoCluster {
  /** Every broker's address, by node id. */
  readonly bootstrap: readonly { readonly host: string; readonly port: number }[];
  readonly clusterId: string;
  readonly counters: BrokerCounters;
  /** Exceptions nobody expected, for the one who started the cluster to show. */
  failures(): readonly string[];
  /** Makes a broker answer late; null makes it well again. */
  slowBroker(nodeId: number, slowness: Slowness | null): void;
  /** Sets a client id's byte rate; null removes it. */
  throttle(clientId: string, bytesPerSecond: number | null): void;
  /** Moves a partition's leadership; false when there is no such partition. */
  moveLeader(topicName: string, partition: number, nodeId: number): boolean;
  /** Coordinators answer COORDINATOR_LOAD_IN_PROGRESS for that long. */
  loadCoordinators(forMs: number): void;
  /** Cuts every client's connection, as a network that fails; the listeners stay. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** The demo's topics: busy and keyed, transactional, high volume, and one of tiny batches. */
export const demoTopics: readonly TopicToCreate[] = [
  { name: 'orders.v1', partitions: 6 },
  { name: 'payments', partitions: 3 },
  { name: 'clicks.raw', partitions: 6 },
  { name: 'audit-log', partitions: 1 },
];

/** Starts brokers 1…n on loopback, one state behind them. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const settings: ClusterSettings = { ...clusterSettingsDefault, ...options };
  const nodeIds = Array.from({ length: options.brokers }, (_, index) => index + 1);
  const state = new ClusterState(nodeIds, settings, systemClock);
  const servers = nodeIds.map((nodeId) => new BrokerServer(state, nodeId));
  for (const topic of options.topics ?? demoTopics) {
    state.topics.create(topic.name, topic.partitions, Math.min(3, nodeIds.length));
  }
  const firstPort = options.firstPort ?? 0;
  const opened = await Promise.allSettled(
    servers.map((server, index) => server.listen(options.host, firstPort === 0 ? 0 : firstPort + index)),
  );
  const incidents = new Incidents(state);
  const close = async () => {
    incidents.stop();
    await Promise.all(servers.map((server) => server.close()));
    state.close();
  };
  for (const result of opened) {
    if (result.status === 'fulfilled') continue;
    await close();
    throw result.reason;
  }
  if (options.incidents ?? true) incidents.start();
  return {
    bootstrap: state.brokers().map(({ host, port }) => ({ host, port })),
    clusterId: state.clusterId,
    counters: state.counters,
    failures: () => state.failures,
    slowBroker: (nodeId, slowness) => state.faults.slowBroker(nodeId, slowness),
    throttle: (clientId, bytesPerSecond) => state.quotas.set(clientId, bytesPerSecond),
    moveLeader: (topicName, index, nodeId) => {
      const partition = state.topics.partition(topicName, index);
      if (partition === null || !nodeIds.includes(nodeId)) return false;
      state.moveLeader(partition, nodeId);
      return true;
    },
    dropConnections: () => {
      for (const server of servers) server.dropConnections();
    },
    loadCoordinators: (forMs) => state.faults.loadCoordinatorsUntil(state.clock.nowMs() + forMs),
    close,
  };
}
