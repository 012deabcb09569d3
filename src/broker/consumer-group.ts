import type { GroupSurroundings } from './classic-group.ts';
import { type ConsumerMember, type HeartbeatInput, type HeartbeatResult, refusedHeartbeat } from './consumer-member.ts';
import { ErrorCode } from './error-code.ts';
import { membersPerGroupMax } from './limits.ts';
import { serverAssignors } from './server-assignor.ts';
import { compileTopicPattern } from './topic-pattern.ts';
import type { TopicRegistry } from './topic-registry.ts';

/** `INVALID_REGULAR_EXPRESSION`, the answer to a subscription pattern nobody can run. */
const invalidRegularExpression = 128;

/** Settings of KIP-848 groups (`group.consumer.session.timeout.ms`). */
export interface ConsumerGroupSurroundings extends GroupSurroundings {
  readonly topics: TopicRegistry;
  readonly consumerSessionTimeoutMs: number;
}

export type ConsumerGroupState = 'Empty' | 'Reconciling' | 'Stable' | 'Dead';

/**
 * A group of the consumer protocol (KIP-848). The broker computes a target; every member walks to it alone: first it
 * gives up what it should not have, then its epoch rises and it gets what others have let go.
 */
export class ConsumerGroup {
  readonly kind = 'consumer';
  readonly id: string;
  readonly members = new Map<string, ConsumerMember>();
  groupEpoch = 0;
  assignorName = 'uniform';
  #computedFor = '';
  #dead = false;
  readonly #around: ConsumerGroupSurroundings;

  constructor(id: string, around: ConsumerGroupSurroundings) {
    this.id = id;
    this.#around = around;
  }

  get state(): ConsumerGroupState {
    if (this.#dead) return 'Dead';
    if (this.members.size === 0) return 'Empty';
    for (const member of this.members.values()) if (!this.#settled(member)) return 'Reconciling';
    return 'Stable';
  }

  /** One heartbeat: joins with epoch 0, leaves with −1 (−2: a static member that will be back), else reconciles. */
  heartbeat(input: HeartbeatInput): HeartbeatResult {
    const unfit = this.#unfit(input);
    if (unfit !== null) return unfit;
    if (input.memberEpoch < 0) return this.#leave(input);
    const member = input.memberEpoch === 0 ? this.#join(input) : this.members.get(input.memberId);
    if (member === undefined) {
      return refusedHeartbeat(input, ErrorCode.unknownMemberId, `Member ${input.memberId} is not of this group.`);
    }
    const late = input.memberEpoch === member.previousEpoch;
    if (input.memberEpoch !== 0 && input.memberEpoch !== member.epoch && !late) {
      return refusedHeartbeat(input, ErrorCode.fencedMemberEpoch, `The member's epoch is ${member.epoch}.`);
    }
    this.#update(member, input);
    this.#retarget();
    this.#reconcile(member, input.owned);
    this.#touch(member);
    return this.#answer(member, input);
  }

  /** Whether a member of that epoch is speaking (OffsetCommit, OffsetFetch). */
  checkMember(memberId: string, memberEpoch: number): number {
    const member = this.members.get(memberId);
    if (member === undefined) return ErrorCode.unknownMemberId;
    return memberEpoch === member.epoch || memberEpoch === member.previousEpoch
      ? ErrorCode.none
      : ErrorCode.staleMemberEpoch;
  }

  /** The group was deleted. */
  kill(): void {
    for (const member of [...this.members.values()]) this.#remove(member);
    this.#dead = true;
  }

  #unfit(input: HeartbeatInput): HeartbeatResult | null {
    if (input.serverAssignor !== null && !serverAssignors.has(input.serverAssignor)) {
      const names = [...serverAssignors.keys()].join(', ');
      return refusedHeartbeat(input, ErrorCode.unsupportedAssignor, `Supported assignors: ${names}.`);
    }
    const regex = input.subscribedTopicRegex;
    if (regex !== null && regex !== '' && compileTopicPattern(regex) === null) {
      return refusedHeartbeat(input, invalidRegularExpression, 'This broker takes patterns without groups only.');
    }
    if (input.memberEpoch === 0 && !this.members.has(input.memberId) && this.members.size >= membersPerGroupMax) {
      this.#around.counters.limit('membersPerGroupMax');
      return refusedHeartbeat(input, ErrorCode.groupMaxSizeReached, 'The group has its largest size.');
    }
    return null;
  }

  #join(input: HeartbeatInput): ConsumerMember {
    const static_ = input.instanceId === null ? undefined : this.#byInstance(input.instanceId);
    if (static_ !== undefined && static_.id !== input.memberId) this.#remove(static_);
    const known = this.members.get(input.memberId);
    if (known !== undefined) {
      known.assigned.clear();
      known.revoking = new Set();
      known.sent = null;
      return known;
    }
    const member: ConsumerMember = {
      id: input.memberId === '' ? this.#around.identity.nextUuid('member') : input.memberId,
      instanceId: input.instanceId,
      rackId: input.rackId,
      clientId: input.clientId,
      clientHost: input.clientHost,
      rebalanceTimeoutMs: 300_000,
      subscribedTopicNames: [],
      subscribedTopicRegex: null,
      serverAssignor: null,
      epoch: 0,
      previousEpoch: 0,
      target: static_?.target ?? new Set(),
      assigned: new Set(),
      revoking: new Set(),
      sent: null,
      cancelSession: null,
      cancelRevocation: null,
    };
    this.members.set(member.id, member);
    return member;
  }

  #leave(input: HeartbeatInput): HeartbeatResult {
    const member = this.members.get(input.memberId);
    if (member === undefined) {
      return refusedHeartbeat(input, ErrorCode.unknownMemberId, `Member ${input.memberId} is not of this group.`);
    }
    this.#remove(member);
    this.#retarget();
    return {
      errorCode: 0,
      errorMessage: null,
      memberId: input.memberId,
      memberEpoch: input.memberEpoch,
      assignment: null,
    };
  }

  #update(member: ConsumerMember, input: HeartbeatInput): void {
    member.clientId = input.clientId;
    member.clientHost = input.clientHost;
    if (input.rackId !== null) member.rackId = input.rackId;
    if (input.rebalanceTimeoutMs > 0) member.rebalanceTimeoutMs = input.rebalanceTimeoutMs;
    if (input.subscribedTopicNames !== null) member.subscribedTopicNames = [...input.subscribedTopicNames];
    if (input.subscribedTopicRegex !== null) {
      member.subscribedTopicRegex = input.subscribedTopicRegex === '' ? null : input.subscribedTopicRegex;
    }
    if (input.serverAssignor !== null) member.serverAssignor = input.serverAssignor;
  }

  /** Computes a new target when members, subscriptions or partition counts differ from what the last one was for. */
  #retarget(): void {
    const topics = [...this.#around.topics.all()];
    const subscriptions = [...this.members.values()].map((member) => ({ member, topicIds: this.#subscribed(member) }));
    const computedFor = JSON.stringify([
      subscriptions.map(({ member, topicIds }) => [member.id, member.serverAssignor, ...topicIds]),
      topics.map((topic) => [topic.id, topic.partitions.length]),
    ]);
    if (computedFor === this.#computedFor) return;
    this.#computedFor = computedFor;
    this.groupEpoch += 1;
    this.#around.counters.rebalances += 1;
    this.assignorName = this.#mostWantedAssignor();
    const targets = serverAssignors.get(this.assignorName)?.(
      subscriptions.map(({ member, topicIds }) => ({ id: member.id, topicIds, target: member.target })),
      topics.map((topic) => ({ id: topic.id, partitionCount: topic.partitions.length })),
    );
    for (const member of this.members.values()) member.target = targets?.get(member.id) ?? new Set();
  }

  #subscribed(member: ConsumerMember): ReadonlySet<string> {
    const pattern = member.subscribedTopicRegex === null ? null : compileTopicPattern(member.subscribedTopicRegex);
    const topicIds = new Set<string>();
    for (const topic of this.#around.topics.all()) {
      if (member.subscribedTopicNames.includes(topic.name) || pattern?.test(topic.name) === true)
        topicIds.add(topic.id);
    }
    return topicIds;
  }

  #mostWantedAssignor(): string {
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      if (member.serverAssignor !== null) votes.set(member.serverAssignor, (votes.get(member.serverAssignor) ?? 0) + 1);
    }
    let winner = 'uniform';
    for (const [name, count] of votes) if (count > (votes.get(winner) ?? 0)) winner = name;
    return winner;
  }

  #reconcile(member: ConsumerMember, owned: ReadonlySet<string> | null): void {
    if (member.revoking.size > 0) {
      if (owned === null || [...member.revoking].some((key) => owned.has(key))) return;
      member.revoking = new Set();
      member.cancelRevocation?.();
    }
    const revoking = new Set([...member.assigned].filter((key) => !member.target.has(key)));
    if (revoking.size > 0) {
      for (const key of revoking) member.assigned.delete(key);
      member.revoking = revoking;
      member.cancelRevocation = this.#around.clock.after(member.rebalanceTimeoutMs, () => {
        if (member.revoking.size > 0) this.#remove(member);
      });
      return;
    }
    for (const key of member.target) {
      if (!member.assigned.has(key) && !this.#heldByOther(member, key)) member.assigned.add(key);
    }
    if (member.epoch !== this.groupEpoch) {
      member.previousEpoch = member.epoch;
      member.epoch = this.groupEpoch;
    }
  }

  #heldByOther(member: ConsumerMember, key: string): boolean {
    for (const other of this.members.values()) {
      if (other !== member && (other.assigned.has(key) || other.revoking.has(key))) return true;
    }
    return false;
  }

  #answer(member: ConsumerMember, input: HeartbeatInput): HeartbeatResult {
    const signature = [...member.assigned].sort().join(',');
    const changed = signature !== member.sent || input.memberEpoch === 0;
    member.sent = signature;
    return {
      errorCode: ErrorCode.none,
      errorMessage: null,
      memberId: member.id,
      memberEpoch: member.epoch,
      assignment: changed ? member.assigned : null,
    };
  }

  #settled(member: ConsumerMember): boolean {
    return (
      member.epoch === this.groupEpoch && member.revoking.size === 0 && member.assigned.size === member.target.size
    );
  }

  #touch(member: ConsumerMember): void {
    member.cancelSession?.();
    member.cancelSession = this.#around.clock.after(this.#around.consumerSessionTimeoutMs, () => {
      if (this.members.get(member.id) !== member) return;
      this.#remove(member);
      this.#retarget();
    });
  }

  #remove(member: ConsumerMember): void {
    member.cancelSession?.();
    member.cancelRevocation?.();
    this.members.delete(member.id);
  }

  #byInstance(instanceId: string): ConsumerMember | undefined {
    for (const member of this.members.values()) if (member.instanceId === instanceId) return member;
    return undefined;
  }
}
