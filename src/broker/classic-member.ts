import type { CancelTimer } from './clock.ts';

/** One protocol a member can speak, with the bytes its assignor reads (ConsumerProtocolSubscription for consumers). */
export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Uint8Array;
}

/** A JoinGroup request as the group sees it. */
export interface JoinInput {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly MemberProtocol[];
  /** Since v4 a new member first gets an id and an error 79, and joins again with it (KIP-394). */
  readonly requiresKnownMemberId: boolean;
}

/** The answer to a JoinGroup; only the leader is told the members. */
export interface JoinResult {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string;
  readonly memberId: string;
  readonly skipAssignment: boolean;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId: string | null;
    readonly metadata: Uint8Array;
  }[];
}

/** The answer to a SyncGroup. */
export interface SyncResult {
  readonly errorCode: number;
  readonly assignment: Uint8Array;
}

/** A member of a classic group; `parkedJoin` and `parkedSync` are the requests that wait for the others. */
export interface ClassicMember {
  readonly id: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly MemberProtocol[];
  assignment: Uint8Array;
  parkedJoin: ((result: JoinResult) => void) | null;
  parkedSync: ((result: SyncResult) => void) | null;
  cancelSession: CancelTimer | null;
}

export const noAssignment = new Uint8Array(0);

/** A refusal of a JoinGroup; `memberId` is the one the client should use next. */
export function refusedJoin(errorCode: number, memberId: string): JoinResult {
  return {
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leaderId: '',
    memberId,
    skipAssignment: false,
    members: [],
  };
}

/** Whether two protocol lists are the same, names, order and bytes. */
export function sameProtocols(left: readonly MemberProtocol[], right: readonly MemberProtocol[]): boolean {
  return (
    left.length === right.length &&
    left.every((protocol, index) => {
      const other = right[index];
      return (
        other !== undefined && protocol.name === other.name && Buffer.compare(protocol.metadata, other.metadata) === 0
      );
    })
  );
}
