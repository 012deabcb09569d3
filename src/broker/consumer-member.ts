import type { CancelTimer } from './clock.ts';

/** A ConsumerGroupHeartbeat as the group sees it; null means "not changed since my last heartbeat". */
export interface HeartbeatInput {
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  /** Partitions the client holds at this moment. */
  readonly owned: ReadonlySet<string> | null;
}

/** The answer to a heartbeat; `assignment` null means "as before". */
export interface HeartbeatResult {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly assignment: ReadonlySet<string> | null;
}

/** A member of a KIP-848 group. */
export interface ConsumerMember {
  readonly id: string;
  instanceId: string | null;
  rackId: string | null;
  clientId: string;
  clientHost: string;
  rebalanceTimeoutMs: number;
  subscribedTopicNames: readonly string[];
  subscribedTopicRegex: string | null;
  serverAssignor: string | null;
  /** Epoch the member has reached; it follows the group's epoch when its reconciliation is done. */
  epoch: number;
  previousEpoch: number;
  /** What the assignor wants it to have. */
  target: ReadonlySet<string>;
  /** What it may hold now. */
  assigned: Set<string>;
  /** What it was told to give up and has not yet confirmed. */
  revoking: ReadonlySet<string>;
  /** The assignment last sent, to send it again only when it changed. */
  sent: string | null;
  cancelSession: CancelTimer | null;
  cancelRevocation: CancelTimer | null;
}

/** A heartbeat refused. */
export function refusedHeartbeat(input: HeartbeatInput, errorCode: number, errorMessage: string): HeartbeatResult {
  return { errorCode, errorMessage, memberId: input.memberId, memberEpoch: input.memberEpoch, assignment: null };
}
