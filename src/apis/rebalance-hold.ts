import type { WaitInput } from './profile.ts';

/**
 * Errors that may end a hold: the group coordinator answers held members with 16 NOT_COORDINATOR when it unloads the
 * group, 25 UNKNOWN_MEMBER_ID when it evicts them, 27 REBALANCE_IN_PROGRESS when the next round begins, and
 * 82 FENCED_INSTANCE_ID when another member took the instance id. Every other error is an answer at once
 * (79 MEMBER_ID_REQUIRED is the ordinary first answer to a JoinGroup v4+, KIP-394).
 */
const endsHold = new Set([0, 16, 25, 27, 82]);

/** Deliberate wait of a member held until the others joined or the leader sent the assignment: all the broker time. */
export function rebalanceHoldUs(input: WaitInput): number {
  return endsHold.has(input.errorCode) ? Math.max(0, input.brokerTimeUs) : 0;
}
