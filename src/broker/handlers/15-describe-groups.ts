// DescribeGroups, v0-6: classic groups. v3 authorized operations; v4 static members; v6 GROUP_ID_NOT_FOUND instead of a
// group in state Dead (KIP-1043).
import type { Struct } from '../../protocol/message.ts';
import { booleanField, textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { operationsOf } from '../authorized-operations.ts';
import type { ClassicGroup } from '../classic-group.ts';
import { noAssignment } from '../classic-member.ts';
import { ErrorCode } from '../error-code.ts';

export const describeGroups: ApiHandler = { apiKey: 15, minVersion: 0, maxVersion: 6, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const authorizedOperations = operationsOf('group', booleanField(request, 'includeAuthorizedOperations', false));
  const groups = textsField(request, 'groups').map((groupId) => ({
    ...describe(groupId, context),
    authorizedOperations,
  }));
  return { throttleTimeMs: 0, groups };
}

function describe(groupId: string, context: RequestContext): Struct {
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return absent(groupId, coordinatorError, '', null);
  const group = context.cluster.groups.get(groupId);
  if (group?.kind === 'classic') return present(group);
  const errorCode = context.apiVersion >= 6 ? ErrorCode.groupIdNotFound : ErrorCode.none;
  return absent(groupId, errorCode, 'Dead', errorCode === ErrorCode.none ? null : 'No classic group of that id.');
}

function absent(groupId: string, errorCode: number, groupState: string, errorMessage: string | null): Struct {
  return { errorCode, errorMessage, groupId, groupState, protocolType: '', protocolData: '', members: [] };
}

function present(group: ClassicGroup): Struct {
  const stable = group.state === 'Stable';
  return {
    errorCode: ErrorCode.none,
    errorMessage: null,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType,
    protocolData: stable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: stable
        ? (member.protocols.find((protocol) => protocol.name === group.protocolName)?.metadata ?? noAssignment)
        : noAssignment,
      memberAssignment: stable ? member.assignment : noAssignment,
    })),
  };
}
