// JoinGroup, v0-9. v1 rebalance timeout; v4 MEMBER_ID_REQUIRED (KIP-394); v5 static members (KIP-345); v7 protocol
// type; v8 reason; v9 skipAssignment. Parks until every member has joined.
import type { Struct } from '../../protocol/message.ts';
import { bytesField, intField, nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { type JoinInput, type JoinResult, noAssignment, refusedJoin } from '../classic-member.ts';
import { ErrorCode } from '../error-code.ts';

export const joinGroup: ApiHandler = { apiKey: 11, minVersion: 0, maxVersion: 9, handle };

async function handle(request: Struct, context: RequestContext): Promise<Struct> {
  const groupId = textField(request, 'groupId');
  const memberId = textField(request, 'memberId');
  if (groupId === '') return response(refusedJoin(ErrorCode.invalidGroupId, memberId), context);
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return response(refusedJoin(coordinatorError, memberId), context);
  const group = context.cluster.groups.classic(groupId);
  if (typeof group === 'number') return response(refusedJoin(group, memberId), context);
  return response(await group.join(readInput(request, memberId, context)), context);
}

function readInput(request: Struct, memberId: string, context: RequestContext): JoinInput {
  const sessionTimeoutMs = intField(request, 'sessionTimeoutMs', 0);
  const rebalanceTimeoutMs = intField(request, 'rebalanceTimeoutMs', -1);
  return {
    memberId,
    instanceId: nullableTextField(request, 'groupInstanceId'),
    clientId: context.clientId ?? '',
    clientHost: context.client.host,
    sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceTimeoutMs > 0 ? rebalanceTimeoutMs : sessionTimeoutMs,
    protocolType: textField(request, 'protocolType'),
    protocols: structsField(request, 'protocols').map((protocol) => ({
      name: textField(protocol, 'name'),
      metadata: bytesField(protocol, 'metadata')?.slice() ?? noAssignment,
    })),
    requiresKnownMemberId: context.apiVersion >= 4,
  };
}

function response(result: JoinResult, context: RequestContext): Struct {
  return {
    throttleTimeMs: 0,
    errorCode: result.errorCode,
    generationId: result.generationId,
    protocolType: result.protocolType,
    protocolName: result.protocolName ?? (context.apiVersion >= 7 ? null : ''),
    leader: result.leaderId,
    skipAssignment: result.skipAssignment,
    memberId: result.memberId,
    members: result.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      metadata: member.metadata,
    })),
  };
}
