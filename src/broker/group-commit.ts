import type { RequestContext } from './api-handler.ts';
import { ErrorCode } from './error-code.ts';

/** Who commits offsets, and for which group. */
export interface Committer {
  readonly groupId: string;
  readonly memberId: string;
  /** Generation of a classic member, epoch of a KIP-848 one; −1 for a client that is no member. */
  readonly generationIdOrMemberEpoch: number;
  /** Whether the request's version knows STALE_MEMBER_EPOCH; older ones get ILLEGAL_GENERATION. */
  readonly consumerErrorsKnown: boolean;
}

/** Why a commit is refused as a whole, or 0. Clients that are no members may commit while the group is empty. */
export function commitError(context: RequestContext, committer: Committer): number {
  const { groupId, memberId, generationIdOrMemberEpoch: epoch } = committer;
  if (groupId === '') return ErrorCode.invalidGroupId;
  const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return coordinatorError;
  const group = context.cluster.groups.get(groupId);
  if (group === null) return epoch < 0 ? ErrorCode.none : ErrorCode.illegalGeneration;
  if (epoch < 0 && memberId === '' && group.members.size === 0) return ErrorCode.none;
  if (group.kind === 'classic') {
    const errorCode = group.checkMember(memberId, epoch);
    if (errorCode !== ErrorCode.none) return errorCode;
    return group.state === 'CompletingRebalance' ? ErrorCode.rebalanceInProgress : ErrorCode.none;
  }
  const errorCode = group.checkMember(memberId, epoch);
  const stale = errorCode === ErrorCode.staleMemberEpoch && !committer.consumerErrorsKnown;
  return stale ? ErrorCode.illegalGeneration : errorCode;
}
