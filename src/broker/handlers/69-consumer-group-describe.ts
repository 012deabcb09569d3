// ConsumerGroupDescribe, v0-1 (KIP-848). v1 member type (1: consumer).
import type { Struct } from '../../protocol/message.ts';
import { booleanField, textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { operationsOf } from '../authorized-operations.ts';
import type { ConsumerGroup } from '../consumer-group.ts';
import { ErrorCode } from '../error-code.ts';
import { type TopicPartitionSet, toTopicPartitions } from '../topic-partition-set.ts';

export const consumerGroupDescribe: ApiHandler = { apiKey: 69, minVersion: 0, maxVersion: 1, handle };

const memberTypeConsumer = 1;

function handle(request: Struct, context: RequestContext): Struct {
  const authorizedOperations = operationsOf('group', booleanField(request, 'includeAuthorizedOperations', false));
  const groups = textsField(request, 'groupIds').map((groupId) => ({
    ...describe(groupId, context),
    authorizedOperations,
  }));
  return { throttleTimeMs: 0, groups };
}

function describe(groupId: string, context: RequestContext): Struct {
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  const group = context.cluster.groups.get(groupId);
  if (coordinatorError === ErrorCode.none && group?.kind === 'consumer') return present(group, context);
  const errorCode = coordinatorError === ErrorCode.none ? ErrorCode.groupIdNotFound : coordinatorError;
  return {
    errorCode,
    errorMessage: 'This broker coordinates no consumer group of that id.',
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  };
}

function present(group: ConsumerGroup, context: RequestContext): Struct {
  return {
    errorCode: ErrorCode.none,
    errorMessage: null,
    groupId: group.id,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.groupEpoch,
    assignorName: group.assignorName,
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.epoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.subscribedTopicNames,
      subscribedTopicRegex: member.subscribedTopicRegex,
      assignment: assignment(member.assigned, context),
      targetAssignment: assignment(member.target, context),
      memberType: memberTypeConsumer,
    })),
  };
}

function assignment(set: TopicPartitionSet, context: RequestContext): Struct {
  return {
    topicPartitions: toTopicPartitions(set).map(({ topicId, partitions }) => ({
      topicId,
      topicName: context.cluster.topics.byId(topicId)?.name ?? '',
      partitions,
    })),
  };
}
