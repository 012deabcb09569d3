// ConsumerGroupHeartbeat, v0-1 (KIP-848). v1 subscription patterns, and member ids are the client's to choose.
import type { Struct } from '../../protocol/message.ts';
import {
  hasArray,
  intField,
  intsField,
  nullableTextField,
  structsField,
  textField,
  textsField,
} from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { type HeartbeatInput, type HeartbeatResult, refusedHeartbeat } from '../consumer-member.ts';
import { ErrorCode } from '../error-code.ts';
import { fromTopicPartitions, toTopicPartitions } from '../topic-partition-set.ts';

export const consumerGroupHeartbeat: ApiHandler = { apiKey: 68, minVersion: 0, maxVersion: 1, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const groupId = textField(request, 'groupId');
  const input = readInput(request, context);
  return response(heartbeat(groupId, input, context), context);
}

function heartbeat(groupId: string, input: HeartbeatInput, context: RequestContext): HeartbeatResult {
  if (groupId === '') return refusedHeartbeat(input, ErrorCode.invalidRequest, 'The group id is empty.');
  if (input.memberId === '' && (context.apiVersion >= 1 || input.memberEpoch !== 0)) {
    return refusedHeartbeat(input, ErrorCode.invalidRequest, 'The member id is empty.');
  }
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return refusedHeartbeat(input, coordinatorError, '');
  const group = context.cluster.groups.consumer(groupId);
  if (typeof group === 'number') {
    return refusedHeartbeat(input, group, 'The group is in use with the classic protocol.');
  }
  return group.heartbeat(input);
}

function readInput(request: Struct, context: RequestContext): HeartbeatInput {
  const owned = structsField(request, 'topicPartitions').map((topic) => ({
    topicId: textField(topic, 'topicId'),
    partitions: intsField(topic, 'partitions'),
  }));
  return {
    memberId: textField(request, 'memberId'),
    memberEpoch: intField(request, 'memberEpoch', 0),
    instanceId: nullableTextField(request, 'instanceId'),
    rackId: nullableTextField(request, 'rackId'),
    clientId: context.clientId ?? '',
    clientHost: context.client.host,
    rebalanceTimeoutMs: intField(request, 'rebalanceTimeoutMs', -1),
    subscribedTopicNames: hasArray(request, 'subscribedTopicNames')
      ? textsField(request, 'subscribedTopicNames')
      : null,
    subscribedTopicRegex: nullableTextField(request, 'subscribedTopicRegex'),
    serverAssignor: nullableTextField(request, 'serverAssignor'),
    owned: hasArray(request, 'topicPartitions') ? fromTopicPartitions(owned) : null,
  };
}

function response(result: HeartbeatResult, context: RequestContext): Struct {
  return {
    throttleTimeMs: 0,
    errorCode: result.errorCode,
    errorMessage: result.errorMessage,
    memberId: result.memberId === '' ? null : result.memberId,
    memberEpoch: result.memberEpoch,
    heartbeatIntervalMs: result.errorCode === ErrorCode.none ? context.cluster.settings.consumerHeartbeatIntervalMs : 0,
    assignment:
      result.assignment === null
        ? null
        : { topicPartitions: toTopicPartitions(result.assignment).map((each) => ({ ...each })) },
  };
}
