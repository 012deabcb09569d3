// DescribeTopicPartitions, v0 (KIP-966): topics by name in order, cut into pages by a partition limit and a cursor.
import type { Struct } from '../../protocol/message.ts';
import { intField, structField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { operationsOf } from '../authorized-operations.ts';
import { ErrorCode } from '../error-code.ts';
import { zeroUuid } from '../identity.ts';
import type { Partition } from '../topic-registry.ts';

export const describeTopicPartitions: ApiHandler = { apiKey: 75, minVersion: 0, maxVersion: 0, handle };

/** Most partitions of one answer (`max.request.partition.size.limit`). */
const partitionsPerAnswerMax = 2_000;

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster } = context;
  const limit = intField(request, 'responsePartitionLimit', partitionsPerAnswerMax);
  let partitionsLeft = Math.min(Math.max(1, limit), partitionsPerAnswerMax);
  const cursor = structField(request, 'cursor');
  const from = cursor === null ? '' : textField(cursor, 'topicName');
  const asked = structsField(request, 'topics').map((topic) => textField(topic, 'name'));
  const all = asked.length > 0 ? asked : [...cluster.topics.all()].map((topic) => topic.name);
  const names = [...new Set(all)].filter((name) => name >= from).sort();
  const topics: Struct[] = [];
  let nextCursor: Struct | null = null;
  for (const name of names) {
    const topic = cluster.topics.byName(name);
    if (topic === null) {
      topics.push(absent(name));
      continue;
    }
    const first = cursor !== null && name === from ? Math.max(0, intField(cursor, 'partitionIndex', 0)) : 0;
    if (partitionsLeft === 0) {
      nextCursor = { topicName: name, partitionIndex: first };
      break;
    }
    const partitions = topic.partitions.slice(first, first + partitionsLeft);
    partitionsLeft -= partitions.length;
    topics.push(present(name, topic.id, partitions));
    if (first + partitions.length < topic.partitions.length) {
      nextCursor = { topicName: name, partitionIndex: first + partitions.length };
      break;
    }
  }
  return { throttleTimeMs: 0, topics, nextCursor };
}

function absent(name: string): Struct {
  return {
    errorCode: ErrorCode.unknownTopicOrPartition,
    name,
    topicId: zeroUuid,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations: operationsOf('topic', false),
  };
}

function present(name: string, topicId: string, partitions: readonly Partition[]): Struct {
  return {
    errorCode: ErrorCode.none,
    name,
    topicId,
    isInternal: false,
    partitions: partitions.map((partition) => ({
      errorCode: ErrorCode.none,
      partitionIndex: partition.index,
      leaderId: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicaNodes: partition.replicaIds,
      isrNodes: partition.replicaIds,
      // Nullable in the schema, but the Java admin reads them without looking.
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: [],
    })),
    topicAuthorizedOperations: operationsOf('topic', true),
  };
}
