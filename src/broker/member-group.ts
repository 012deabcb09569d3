import type { RequestContext } from './api-handler.ts';
import type { ClassicGroup } from './classic-group.ts';
import { ErrorCode } from './error-code.ts';

/** The classic group a member speaks of, or the error code it gets: wrong coordinator, or nobody knows the member. */
export function memberGroup(groupId: string, context: RequestContext): ClassicGroup | number {
  if (groupId === '') return ErrorCode.invalidGroupId;
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return coordinatorError;
  const group = context.cluster.groups.get(groupId);
  return group?.kind === 'classic' ? group : ErrorCode.unknownMemberId;
}
