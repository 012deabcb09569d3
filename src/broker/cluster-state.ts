import { ClientQuotas } from './client-quotas.ts';
import type { Clock } from './clock.ts';
import { BrokerCounters } from './counters.ts';
import { ErrorCode } from './error-code.ts';
import { Faults } from './faults.ts';
import { FetchSessions } from './fetch-sessions.ts';
import { coordinatorOf, GroupCoordinator } from './group-coordinator.ts';
import { Identity } from './identity.ts';
import { failuresKeptMax } from './limits.ts';
import { type Partition, type Topic, TopicRegistry, wake } from './topic-registry.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';

/** A broker as clients are told of it. */
export interface BrokerNode {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** What may be set about a cluster. */
export interface ClusterSettings {
  readonly seed: number;
  /** Creates a topic when a client asks for it by name (`auto.create.topics.enable`). */
  readonly autoCreateTopics: boolean;
  /** Partitions of topics created without a count (`num.partitions`). */
  readonly partitionsDefault: number;
  /** `group.initial.rebalance.delay.ms`. */
  readonly initialRebalanceDelayMs: number;
  /** `group.consumer.session.timeout.ms`. */
  readonly consumerSessionTimeoutMs: number;
  /** `group.consumer.heartbeat.interval.ms`. */
  readonly consumerHeartbeatIntervalMs: number;
}

/** The defaults: Kafka's own where a person does not have to wait for them. */
export const clusterSettingsDefault: ClusterSettings = {
  seed: 1,
  autoCreateTopics: true,
  partitionsDefault: 3,
  initialRebalanceDelayMs: 250,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 1_000,
};

/** The whole cluster's state, without sockets: what handlers read and change. All brokers share it. */
export class ClusterState {
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly clusterId: string;
  readonly identity: Identity;
  readonly counters = new BrokerCounters();
  readonly quotas = new ClientQuotas();
  readonly faults: Faults;
  readonly topics: TopicRegistry;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly failures: string[] = [];
  readonly #nodes: readonly number[];
  readonly #addresses = new Map<number, BrokerNode>();
  readonly #sessions = new Map<number, FetchSessions>();

  constructor(nodeIds: readonly number[], settings: ClusterSettings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.#nodes = nodeIds;
    this.identity = new Identity(settings.seed);
    this.clusterId = this.identity.nextUuid('cluster');
    const jitter = new Identity(settings.seed);
    this.faults = new Faults(() => jitter.nextFraction('jitter'));
    this.topics = new TopicRegistry(this.identity, nodeIds);
    this.groups = new GroupCoordinator({
      clock,
      identity: this.identity,
      counters: this.counters,
      topics: this.topics,
      initialRebalanceDelayMs: settings.initialRebalanceDelayMs,
      consumerSessionTimeoutMs: settings.consumerSessionTimeoutMs,
    });
    this.transactions = new TransactionCoordinator({
      clock,
      counters: this.counters,
      topics: this.topics,
      groups: this.groups,
    });
    for (const nodeId of nodeIds) this.#sessions.set(nodeId, new FetchSessions(this.identity, this.counters));
  }

  get nodeIds(): readonly number[] {
    return this.#nodes;
  }

  /** The first broker is the controller. */
  get controllerId(): number {
    return this.#nodes[0] ?? 1;
  }

  /** A broker's listener is open: from now on it stands in Metadata. */
  announce(node: BrokerNode): void {
    this.#addresses.set(node.nodeId, node);
  }

  /** The brokers that listen, by node id. */
  brokers(): readonly BrokerNode[] {
    return [...this.#addresses.values()].sort((left, right) => left.nodeId - right.nodeId);
  }

  broker(nodeId: number): BrokerNode | null {
    return this.#addresses.get(nodeId) ?? null;
  }

  sessions(nodeId: number): FetchSessions {
    const sessions = this.#sessions.get(nodeId) ?? new FetchSessions(this.identity, this.counters);
    this.#sessions.set(nodeId, sessions);
    return sessions;
  }

  /** Which broker coordinates a group or a transactional id. */
  coordinatorOf(key: string): number {
    return coordinatorOf(key, this.#nodes);
  }

  /** NOT_COORDINATOR or COORDINATOR_LOAD_IN_PROGRESS where they apply, else 0. */
  coordinatorError(key: string, nodeId: number): number {
    if (this.coordinatorOf(key) !== nodeId) return ErrorCode.notCoordinator;
    return this.faults.coordinatorLoading(this.clock.nowMs()) ? ErrorCode.coordinatorLoadInProgress : ErrorCode.none;
  }

  /** Another broker becomes leader: the epoch rises and whoever still asks the old one gets error 6. */
  moveLeader(partition: Partition, nodeId: number): void {
    if (partition.leaderId === nodeId) return;
    partition.leaderId = nodeId;
    partition.leaderEpoch += 1;
    partition.log.beginEpoch(partition.leaderEpoch);
    this.counters.leaderMoves += 1;
    wake(partition);
  }

  deleteTopic(topic: Topic): void {
    this.topics.delete(topic);
    this.groups.forgetTopic(topic.name);
  }

  /** An exception nobody expected: kept for whoever started the cluster, bounded. */
  failed(failure: string): void {
    if (this.failures.length < failuresKeptMax) this.failures.push(failure);
  }

  /** Stops every timer. */
  close(): void {
    this.groups.close();
    this.transactions.close();
  }
}
