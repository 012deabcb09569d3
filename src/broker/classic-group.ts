import { strict as assert } from 'node:assert';
import { type ClassicGroupState, mayFollow } from './classic-group-state.ts';
import {
  type ClassicMember,
  type JoinInput,
  type JoinResult,
  noAssignment,
  refusedJoin,
  type SyncResult,
  sameProtocols,
} from './classic-member.ts';
import type { CancelTimer, Clock } from './clock.ts';
import type { BrokerCounters } from './counters.ts';
import { ErrorCode } from './error-code.ts';
import type { Identity } from './identity.ts';
import { membersPerGroupMax, sessionTimeoutMsMax, sessionTimeoutMsMin } from './limits.ts';

/** What a group needs of its surroundings. */
export interface GroupSurroundings {
  readonly clock: Clock;
  readonly identity: Identity;
  readonly counters: BrokerCounters;
  /** How long an empty group waits for more members at its first join (`group.initial.rebalance.delay.ms`). */
  readonly initialRebalanceDelayMs: number;
}

/** A group of the classic protocol: JoinGroup and SyncGroup park until the others have come. */
export class ClassicGroup {
  readonly kind = 'classic';
  readonly id: string;
  readonly members = new Map<string, ClassicMember>();
  generationId = 0;
  protocolType = '';
  protocolName: string | null = null;
  leaderId = '';
  #state: ClassicGroupState = 'Empty';
  readonly #around: GroupSurroundings;
  /** Ids handed out with MEMBER_ID_REQUIRED that have not come back yet. */
  readonly #promisedIds = new Map<string, CancelTimer>();
  #cancelRebalanceTimer: CancelTimer | null = null;
  #delayingFirstRebalance = false;

  constructor(id: string, around: GroupSurroundings) {
    this.id = id;
    this.#around = around;
  }

  get state(): ClassicGroupState {
    return this.#state;
  }

  /** JoinGroup: resolves when the rebalance it takes part in is done, or at once with an error. */
  join(input: JoinInput): Promise<JoinResult> | JoinResult {
    const refusal = this.#refuseJoin(input);
    if (refusal !== null) return refusedJoin(refusal, input.memberId);
    const resident = input.instanceId === null ? null : this.#byInstance(input.instanceId);
    if (resident !== null) {
      if (input.memberId !== '' && input.memberId !== resident.id) {
        return refusedJoin(ErrorCode.fencedInstanceId, input.memberId);
      }
      return input.memberId === '' ? this.#replaceStatic(resident, input) : this.#rejoin(resident, input);
    }
    if (input.memberId === '') {
      const memberId = `${input.instanceId ?? input.clientId}-${this.#around.identity.nextDashedUuid('member')}`;
      if (!input.requiresKnownMemberId || input.instanceId !== null) return this.#admit(memberId, input);
      this.#promise(memberId, input.sessionTimeoutMs);
      return refusedJoin(ErrorCode.memberIdRequired, memberId);
    }
    const member = this.members.get(input.memberId);
    if (member !== undefined) return this.#rejoin(member, input);
    if (!this.#promisedIds.has(input.memberId)) return refusedJoin(ErrorCode.unknownMemberId, input.memberId);
    this.#redeem(input.memberId);
    return this.#admit(input.memberId, input);
  }

  /** SyncGroup: the leader brings all assignments; the others wait for them. */
  sync(
    memberId: string,
    generationId: number,
    assignments: ReadonlyMap<string, Uint8Array>,
  ): Promise<SyncResult> | SyncResult {
    const errorCode = this.checkMember(memberId, generationId);
    if (errorCode !== ErrorCode.none) return { errorCode, assignment: noAssignment };
    const member = this.members.get(memberId);
    assert(member !== undefined, 'checkMember has found the member');
    this.#touch(member);
    if (this.#state === 'PreparingRebalance') {
      return { errorCode: ErrorCode.rebalanceInProgress, assignment: noAssignment };
    }
    if (this.#state === 'Stable') return { errorCode: ErrorCode.none, assignment: member.assignment };
    const parked = new Promise<SyncResult>((resolve) => {
      member.parkedSync?.({ errorCode: ErrorCode.rebalanceInProgress, assignment: noAssignment });
      member.parkedSync = resolve;
    });
    if (memberId === this.leaderId) this.#distribute(assignments);
    return parked;
  }

  /** Heartbeat: keeps the session and tells of a rebalance. */
  heartbeat(memberId: string, generationId: number): number {
    const errorCode = this.checkMember(memberId, generationId);
    if (errorCode !== ErrorCode.none) return errorCode;
    const member = this.members.get(memberId);
    if (member !== undefined) this.#touch(member);
    return this.#state === 'PreparingRebalance' ? ErrorCode.rebalanceInProgress : ErrorCode.none;
  }

  /** LeaveGroup of one member, named by its id or its instance id. */
  leave(memberId: string, instanceId: string | null): number {
    if (this.#promisedIds.has(memberId)) {
      this.#redeem(memberId);
      return ErrorCode.none;
    }
    const member = instanceId === null ? (this.members.get(memberId) ?? null) : this.#byInstance(instanceId);
    if (member === null) return ErrorCode.unknownMemberId;
    if (instanceId !== null && memberId !== '' && memberId !== member.id) return ErrorCode.fencedInstanceId;
    this.#remove(member);
    return ErrorCode.none;
  }

  /** Whether a member of that generation is speaking (used by OffsetCommit and TxnOffsetCommit too). */
  checkMember(memberId: string, generationId: number): number {
    if (!this.members.has(memberId)) return ErrorCode.unknownMemberId;
    return generationId === this.generationId ? ErrorCode.none : ErrorCode.illegalGeneration;
  }

  /** The group was deleted. */
  kill(): void {
    this.#cancelRebalanceTimer?.();
    for (const memberId of [...this.#promisedIds.keys()]) this.#redeem(memberId);
    for (const member of this.members.values()) member.cancelSession?.();
    this.#moveTo('Dead');
  }

  #refuseJoin(input: JoinInput): number | null {
    if (input.sessionTimeoutMs < sessionTimeoutMsMin || input.sessionTimeoutMs > sessionTimeoutMsMax) {
      return ErrorCode.invalidSessionTimeout;
    }
    if (input.protocolType === '' || input.protocols.length === 0) return ErrorCode.inconsistentGroupProtocol;
    if (this.#state === 'Dead') return ErrorCode.coordinatorNotAvailable;
    const others = [...this.members.values()].filter((member) => member.id !== input.memberId);
    if (others.length > 0) {
      if (this.protocolType !== input.protocolType) return ErrorCode.inconsistentGroupProtocol;
      const common = input.protocols.some((protocol) => others.every((member) => speaks(member, protocol.name)));
      if (!common) return ErrorCode.inconsistentGroupProtocol;
    }
    const full = this.members.size + this.#promisedIds.size >= membersPerGroupMax;
    if (full && !this.members.has(input.memberId) && !this.#promisedIds.has(input.memberId)) {
      this.#around.counters.limit('membersPerGroupMax');
      return ErrorCode.groupMaxSizeReached;
    }
    return null;
  }

  #admit(memberId: string, input: JoinInput): Promise<JoinResult> {
    const member: ClassicMember = {
      id: memberId,
      instanceId: input.instanceId,
      clientId: input.clientId,
      clientHost: input.clientHost,
      sessionTimeoutMs: input.sessionTimeoutMs,
      rebalanceTimeoutMs: input.rebalanceTimeoutMs,
      protocols: input.protocols,
      assignment: noAssignment,
      parkedJoin: null,
      parkedSync: null,
      cancelSession: null,
    };
    if (this.members.size === 0) this.protocolType = input.protocolType;
    this.members.set(memberId, member);
    if (this.leaderId === '') this.leaderId = memberId;
    return this.#park(member);
  }

  #rejoin(member: ClassicMember, input: JoinInput): Promise<JoinResult> | JoinResult {
    const unchanged = sameProtocols(member.protocols, input.protocols);
    member.sessionTimeoutMs = input.sessionTimeoutMs;
    member.rebalanceTimeoutMs = input.rebalanceTimeoutMs;
    member.protocols = input.protocols;
    // A follower that asks again with nothing new gets the present generation; the leader may want to reassign.
    const settled = this.#state === 'Stable' && member.id !== this.leaderId;
    if (unchanged && (settled || this.#state === 'CompletingRebalance')) {
      this.#touch(member);
      return this.#joined(member);
    }
    return this.#park(member);
  }

  /** KIP-345: an instance that restarted takes its old place under a new member id, without a rebalance if it can. */
  #replaceStatic(resident: ClassicMember, input: JoinInput): Promise<JoinResult> | JoinResult {
    const memberId = `${input.instanceId ?? ''}-${this.#around.identity.nextDashedUuid('member')}`;
    resident.cancelSession?.();
    resident.parkedJoin?.(refusedJoin(ErrorCode.fencedInstanceId, resident.id));
    resident.parkedSync?.({ errorCode: ErrorCode.fencedInstanceId, assignment: noAssignment });
    this.members.delete(resident.id);
    const unchanged = sameProtocols(resident.protocols, input.protocols);
    const member: ClassicMember = { ...resident, id: memberId, protocols: input.protocols };
    member.parkedJoin = null;
    member.parkedSync = null;
    member.cancelSession = null;
    this.members.set(memberId, member);
    if (this.leaderId === resident.id) this.leaderId = memberId;
    if (this.#state !== 'Stable' || !unchanged) return this.#park(member);
    this.#touch(member);
    return { ...this.#joined(member), skipAssignment: this.leaderId === memberId };
  }

  #park(member: ClassicMember): Promise<JoinResult> {
    member.cancelSession?.();
    member.cancelSession = null;
    const parked = new Promise<JoinResult>((resolve) => {
      member.parkedJoin?.(refusedJoin(ErrorCode.unknownMemberId, member.id));
      member.parkedJoin = resolve;
    });
    if (this.#state !== 'PreparingRebalance') this.#prepareRebalance();
    else if (!this.#delayingFirstRebalance) this.#completeIfAllJoined();
    return parked;
  }

  #prepareRebalance(): void {
    const first = this.#state === 'Empty';
    for (const member of this.members.values()) {
      member.parkedSync?.({ errorCode: ErrorCode.rebalanceInProgress, assignment: noAssignment });
      if (member.parkedSync !== null) this.#touch(member);
      member.parkedSync = null;
    }
    this.#moveTo('PreparingRebalance');
    this.#cancelRebalanceTimer?.();
    if (first) {
      this.#delayingFirstRebalance = true;
      this.#cancelRebalanceTimer = this.#around.clock.after(this.#around.initialRebalanceDelayMs, () => {
        this.#delayingFirstRebalance = false;
        this.#complete();
      });
      return;
    }
    const waitMs = Math.max(...[...this.members.values()].map((member) => member.rebalanceTimeoutMs));
    this.#cancelRebalanceTimer = this.#around.clock.after(waitMs, () => this.#complete());
    this.#completeIfAllJoined();
  }

  #completeIfAllJoined(): void {
    for (const member of this.members.values()) if (member.parkedJoin === null) return;
    this.#complete();
  }

  /** Ends the joining phase: who has not come is out (static members keep their place), the rest is generation + 1. */
  #complete(): void {
    this.#cancelRebalanceTimer?.();
    this.#cancelRebalanceTimer = null;
    for (const member of [...this.members.values()]) {
      if (member.parkedJoin !== null || member.instanceId !== null) continue;
      member.cancelSession?.();
      this.members.delete(member.id);
    }
    this.generationId += 1;
    if (this.members.size === 0) {
      this.leaderId = '';
      this.protocolName = null;
      this.#moveTo('Empty');
      return;
    }
    this.#around.counters.rebalances += 1;
    if (!this.members.has(this.leaderId)) this.leaderId = this.members.keys().next().value ?? '';
    this.protocolName = this.#vote();
    this.#moveTo('CompletingRebalance');
    for (const member of this.members.values()) {
      const resolve = member.parkedJoin;
      member.parkedJoin = null;
      member.assignment = noAssignment;
      this.#touch(member);
      resolve?.(this.#joined(member));
    }
  }

  #distribute(assignments: ReadonlyMap<string, Uint8Array>): void {
    for (const member of this.members.values()) member.assignment = assignments.get(member.id) ?? noAssignment;
    this.#moveTo('Stable');
    for (const member of this.members.values()) {
      member.parkedSync?.({ errorCode: ErrorCode.none, assignment: member.assignment });
      member.parkedSync = null;
      this.#touch(member);
    }
  }

  #joined(member: ClassicMember): JoinResult {
    const members = member.id === this.leaderId ? [...this.members.values()] : [];
    return {
      errorCode: ErrorCode.none,
      generationId: this.generationId,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leaderId: this.leaderId,
      memberId: member.id,
      skipAssignment: false,
      members: members.map((each) => ({
        memberId: each.id,
        instanceId: each.instanceId,
        metadata: each.protocols.find((protocol) => protocol.name === this.protocolName)?.metadata ?? noAssignment,
      })),
    };
  }

  /** Each member votes for the first protocol of its list that all speak; most votes win, ties go to the first. */
  #vote(): string | null {
    const members = [...this.members.values()];
    const votes = new Map<string, number>();
    for (const member of members) {
      const choice = member.protocols.find((protocol) => members.every((other) => speaks(other, protocol.name)));
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
    }
    let winner: string | null = null;
    for (const [name, count] of votes) if (count > (votes.get(winner ?? '') ?? 0)) winner = name;
    return winner;
  }

  #remove(member: ClassicMember): void {
    member.cancelSession?.();
    member.parkedJoin?.(refusedJoin(ErrorCode.unknownMemberId, member.id));
    member.parkedSync?.({ errorCode: ErrorCode.unknownMemberId, assignment: noAssignment });
    this.members.delete(member.id);
    if (this.leaderId === member.id) this.leaderId = this.members.keys().next().value ?? '';
    if (this.#state === 'Stable' || this.#state === 'CompletingRebalance') {
      if (this.members.size > 0) this.#prepareRebalance();
      else {
        this.#moveTo('PreparingRebalance');
        this.#complete();
      }
    } else if (this.#state === 'PreparingRebalance' && !this.#delayingFirstRebalance) this.#completeIfAllJoined();
  }

  /** A sign of life: the session runs anew. Members that wait for the group itself cannot expire. */
  #touch(member: ClassicMember): void {
    member.cancelSession?.();
    member.cancelSession = this.#around.clock.after(member.sessionTimeoutMs, () => {
      if (this.members.get(member.id) !== member || member.parkedJoin !== null || member.parkedSync !== null) return;
      this.#remove(member);
    });
  }

  #promise(memberId: string, timeoutMs: number): void {
    const cancel = this.#around.clock.after(timeoutMs, () => this.#promisedIds.delete(memberId));
    this.#promisedIds.set(memberId, cancel);
  }

  #redeem(memberId: string): void {
    this.#promisedIds.get(memberId)?.();
    this.#promisedIds.delete(memberId);
  }

  #byInstance(instanceId: string): ClassicMember | null {
    for (const member of this.members.values()) if (member.instanceId === instanceId) return member;
    return null;
  }

  #moveTo(state: ClassicGroupState): void {
    assert(mayFollow(this.#state, state), `group ${this.id}: ${this.#state} → ${state}`);
    this.#state = state;
  }
}

function speaks(member: ClassicMember, protocolName: string): boolean {
  return member.protocols.some((protocol) => protocol.name === protocolName);
}
