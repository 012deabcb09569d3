import { ClassicGroup } from './classic-group.ts';
import { ConsumerGroup, type ConsumerGroupSurroundings } from './consumer-group.ts';
import { ErrorCode } from './error-code.ts';
import { GroupOffsets } from './group-offsets.ts';
import { groupsMax } from './limits.ts';

export type Group = ClassicGroup | ConsumerGroup;

/** Number of partitions `__consumer_offsets` has by default; it decides which broker coordinates a group. */
const offsetsTopicPartitions = 50;

/** All groups of the cluster, by id, with their committed offsets. */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>();
  readonly #offsets = new Map<string, GroupOffsets>();
  readonly #around: ConsumerGroupSurroundings;

  constructor(around: ConsumerGroupSurroundings) {
    this.#around = around;
  }

  all(): Iterable<Group> {
    return this.#groups.values();
  }

  get(groupId: string): Group | null {
    return this.#groups.get(groupId) ?? null;
  }

  /** The group for a JoinGroup: made when absent; a number is the error to answer with. */
  classic(groupId: string): ClassicGroup | number {
    const group = this.#groups.get(groupId);
    if (group?.kind === 'classic') return group;
    if (group !== undefined && group.members.size > 0) return ErrorCode.inconsistentGroupProtocol;
    return this.#put(group, new ClassicGroup(groupId, this.#around));
  }

  /** The group for a ConsumerGroupHeartbeat: an empty classic one is converted, as KIP-848's upgrade path has it. */
  consumer(groupId: string): ConsumerGroup | number {
    const group = this.#groups.get(groupId);
    if (group?.kind === 'consumer') return group;
    if (group !== undefined && group.members.size > 0) return ErrorCode.groupIdNotFound;
    return this.#put(group, new ConsumerGroup(groupId, this.#around));
  }

  /** Committed offsets of a group; null when the group has none. */
  offsetsOf(groupId: string): GroupOffsets | null {
    return this.#offsets.get(groupId) ?? null;
  }

  /** Committed offsets of a group, made when absent; an error code when there are too many groups. */
  offsetsFor(groupId: string): GroupOffsets | number {
    const known = this.#offsets.get(groupId);
    if (known !== undefined) return known;
    if (!this.#groups.has(groupId)) {
      const group = this.classic(groupId);
      if (typeof group === 'number') return group;
    }
    const offsets = new GroupOffsets(this.#around.counters);
    this.#offsets.set(groupId, offsets);
    return offsets;
  }

  /** Deletes an empty group and its offsets. */
  delete(groupId: string): number {
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.groupIdNotFound;
    if (group.members.size > 0) return ErrorCode.nonEmptyGroup;
    group.kill();
    this.#groups.delete(groupId);
    this.#offsets.delete(groupId);
    return ErrorCode.none;
  }

  /** Ends a producer's transaction in the named groups. */
  endTransaction(groupIds: Iterable<string>, producerId: bigint, commit: boolean): void {
    for (const groupId of groupIds) this.#offsets.get(groupId)?.endTransaction(producerId, commit);
  }

  forgetTopic(topicName: string): void {
    for (const offsets of this.#offsets.values()) offsets.forgetTopic(topicName);
  }

  /** Stops every timer. */
  close(): void {
    for (const group of this.#groups.values()) group.kill();
    this.#groups.clear();
  }

  #put<Kind extends Group>(replaced: Group | undefined, group: Kind): Kind | number {
    if (replaced === undefined && this.#groups.size >= groupsMax) {
      this.#around.counters.limit('groupsMax');
      return ErrorCode.coordinatorNotAvailable;
    }
    replaced?.kill();
    this.#groups.set(group.id, group);
    return group;
  }
}

/** Which of `nodeIds` coordinates a group or transactional id: Java's string hash over the internal topic's partitions. */
export function coordinatorOf(key: string, nodeIds: readonly number[]): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  const partition = (hash & 0x7fffffff) % offsetsTopicPartitions;
  return nodeIds[partition % nodeIds.length] ?? 1;
}
