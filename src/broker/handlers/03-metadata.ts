// Metadata, v0-13. v0 takes an empty list for "all", v1 null; v4 allowAutoTopicCreation; v8 authorized operations;
// v10 topic ids, v12 lookups by id alone; v13 top-level error.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, hasArray, nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { operationsOf } from '../authorized-operations.ts';
import { ErrorCode } from '../error-code.ts';
import { zeroUuid } from '../identity.ts';
import { autoCreate } from '../topic-lookup.ts';
import { isTopicName, type Topic } from '../topic-registry.ts';

export const metadata: ApiHandler = { apiKey: 3, minVersion: 0, maxVersion: 13, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster, apiVersion } = context;
  const wanted = structsField(request, 'topics');
  const all = apiVersion === 0 ? wanted.length === 0 : !hasArray(request, 'topics');
  const mayCreate = apiVersion < 4 || booleanField(request, 'allowAutoTopicCreation', true);
  const topicOperations = booleanField(request, 'includeTopicAuthorizedOperations', false);
  const topics = all
    ? [...cluster.topics.all()].map((topic) => describe(topic, topicOperations))
    : wanted.map((item) => lookUp(item, mayCreate, topicOperations, context));
  return {
    throttleTimeMs: 0,
    brokers: cluster.brokers().map(({ nodeId, host, port, rack }) => ({ nodeId, host, port, rack })),
    clusterId: cluster.clusterId,
    controllerId: cluster.controllerId,
    topics,
    clusterAuthorizedOperations: operationsOf(
      'cluster',
      booleanField(request, 'includeClusterAuthorizedOperations', false),
    ),
    errorCode: ErrorCode.none,
  };
}

function lookUp(item: Struct, mayCreate: boolean, withOperations: boolean, context: RequestContext): Struct {
  const { cluster } = context;
  const name = nullableTextField(item, 'name');
  if (name === null) {
    // v10 and v11 carry topic ids but cannot be asked by them: their answers have no way to leave the name out.
    if (context.apiVersion < 12) return absent('', zeroUuid, ErrorCode.invalidRequest);
    const topicId = textField(item, 'topicId');
    const topic = cluster.topics.byId(topicId);
    return topic === null ? absent(null, topicId, ErrorCode.unknownTopicId) : describe(topic, withOperations);
  }
  const known = cluster.topics.byName(name);
  if (known !== null) return describe(known, withOperations);
  if (!isTopicName(name)) return absent(name, zeroUuid, ErrorCode.invalidTopicException);
  const created = mayCreate ? autoCreate(cluster, name) : null;
  return created === null
    ? absent(name, zeroUuid, ErrorCode.unknownTopicOrPartition)
    : describe(created, withOperations);
}

function absent(name: string | null, topicId: string, errorCode: number): Struct {
  return { errorCode, name, topicId, isInternal: false, partitions: [] };
}

function describe(topic: Topic, withOperations: boolean): Struct {
  return {
    errorCode: ErrorCode.none,
    name: topic.name,
    topicId: topic.id,
    isInternal: false,
    partitions: topic.partitions.map((partition) => ({
      errorCode: ErrorCode.none,
      partitionIndex: partition.index,
      leaderId: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicaNodes: partition.replicaIds,
      isrNodes: partition.replicaIds,
      offlineReplicas: [],
    })),
    topicAuthorizedOperations: operationsOf('topic', withOperations),
  };
}
