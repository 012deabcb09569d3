import type { Struct } from '../protocol/message.ts';
import { textField } from '../protocol/struct-fields.ts';
import type { ClusterState } from './cluster-state.ts';
import { ErrorCode } from './error-code.ts';
import type { Partition, Topic } from './topic-registry.ts';

/** A request's topic: found by id where the version has ids, else by name; and the error when it does not exist. */
export interface NamedTopic {
  readonly topic: Topic | null;
  readonly name: string;
  readonly topicId: string;
  readonly unknownErrorCode: number;
}

/** Reads the topic of a request's item whose name stands in `nameField` and whose id stands in `topicId`. */
export function namedTopic(cluster: ClusterState, item: Struct, nameField: string, byId: boolean): NamedTopic {
  if (byId) {
    const topicId = textField(item, 'topicId');
    const topic = cluster.topics.byId(topicId);
    return { topic, name: topic?.name ?? '', topicId, unknownErrorCode: ErrorCode.unknownTopicId };
  }
  const name = textField(item, nameField);
  const topic = cluster.topics.byName(name);
  return { topic, name, topicId: topic?.id ?? '', unknownErrorCode: ErrorCode.unknownTopicOrPartition };
}

/** The field by which a response names the topic back: the id, or the name under the API's own field name. */
export function topicEcho(named: NamedTopic, nameField: string, byId: boolean): Struct {
  return byId ? { topicId: named.topicId } : { [nameField]: named.name };
}

/** The partition when this broker leads it, else the error a client gets. A negative epoch is not checked (KIP-320). */
export function ledPartition(
  named: NamedTopic,
  index: number,
  nodeId: number,
  currentLeaderEpoch: number,
): { readonly partition: Partition | null; readonly errorCode: number } {
  if (named.topic === null) return { partition: null, errorCode: named.unknownErrorCode };
  const partition = named.topic.partitions[index] ?? null;
  if (partition === null) return { partition, errorCode: ErrorCode.unknownTopicOrPartition };
  if (currentLeaderEpoch >= 0 && currentLeaderEpoch < partition.leaderEpoch) {
    return { partition, errorCode: ErrorCode.fencedLeaderEpoch };
  }
  if (currentLeaderEpoch > partition.leaderEpoch) return { partition, errorCode: ErrorCode.unknownLeaderEpoch };
  return { partition, errorCode: partition.leaderId === nodeId ? ErrorCode.none : ErrorCode.notLeaderOrFollower };
}

/** KIP-951: the leaders named in a response's `currentLeader` fields, with their addresses. */
export function nodeEndpoints(cluster: ClusterState, nodeIds: ReadonlySet<number>): Struct[] {
  return cluster
    .brokers()
    .filter((broker) => nodeIds.has(broker.nodeId))
    .map((broker) => ({ nodeId: broker.nodeId, host: broker.host, port: broker.port, rack: broker.rack }));
}

/** Creates a topic on first use, as `auto.create.topics.enable` does; null where that is off or impossible. */
export function autoCreate(cluster: ClusterState, name: string): Topic | null {
  if (!cluster.settings.autoCreateTopics) return null;
  if (cluster.topics.full) {
    cluster.counters.limit('topicsMax');
    return null;
  }
  return cluster.topics.create(name, cluster.settings.partitionsDefault, Math.min(3, cluster.nodeIds.length));
}
