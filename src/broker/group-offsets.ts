import type { BrokerCounters } from './counters.ts';
import { ErrorCode } from './error-code.ts';
import { offsetMetadataBytesMax, offsetsPerGroupMax } from './limits.ts';

/** One committed position. */
export interface CommittedOffset {
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/** One group's committed offsets, and those that wait for their transaction to end. */
export class GroupOffsets {
  readonly #committed = new Map<string, Map<number, CommittedOffset>>();
  readonly #pending = new Map<bigint, Map<string, Map<number, CommittedOffset>>>();
  readonly #counters: BrokerCounters;
  #count = 0;

  constructor(counters: BrokerCounters) {
    this.#counters = counters;
  }

  /** Commits one position; the metadata and the number of positions are bounded. */
  commit(topicName: string, partition: number, committed: CommittedOffset): number {
    if (Buffer.byteLength(committed.metadata) > offsetMetadataBytesMax) return ErrorCode.offsetMetadataTooLarge;
    const partitions = this.#committed.get(topicName) ?? new Map<number, CommittedOffset>();
    if (!partitions.has(partition)) {
      if (this.#count >= offsetsPerGroupMax) {
        this.#counters.limit('offsetsPerGroupMax');
        return ErrorCode.invalidCommitOffsetSize;
      }
      this.#count += 1;
    }
    partitions.set(partition, committed);
    this.#committed.set(topicName, partitions);
    return ErrorCode.none;
  }

  /** Keeps a position until its producer's transaction ends (TxnOffsetCommit). */
  commitPending(producerId: bigint, topicName: string, partition: number, committed: CommittedOffset): number {
    if (Buffer.byteLength(committed.metadata) > offsetMetadataBytesMax) return ErrorCode.offsetMetadataTooLarge;
    const topics = this.#pending.get(producerId) ?? new Map<string, Map<number, CommittedOffset>>();
    const partitions = topics.get(topicName) ?? new Map<number, CommittedOffset>();
    if (!partitions.has(partition) && partitions.size >= offsetsPerGroupMax) return ErrorCode.invalidCommitOffsetSize;
    partitions.set(partition, committed);
    topics.set(topicName, partitions);
    this.#pending.set(producerId, topics);
    return ErrorCode.none;
  }

  /** The transaction ended: its positions become real, or vanish. */
  endTransaction(producerId: bigint, commit: boolean): void {
    const topics = this.#pending.get(producerId);
    this.#pending.delete(producerId);
    if (topics === undefined || !commit) return;
    for (const [topicName, partitions] of topics) {
      for (const [partition, committed] of partitions) this.commit(topicName, partition, committed);
    }
  }

  get(topicName: string, partition: number): CommittedOffset | null {
    return this.#committed.get(topicName)?.get(partition) ?? null;
  }

  /** Whether an open transaction is about to change the position (KIP-447's `requireStable`). */
  isPending(topicName: string, partition: number): boolean {
    for (const topics of this.#pending.values()) if (topics.get(topicName)?.has(partition) === true) return true;
    return false;
  }

  /** Every topic and partition with a committed position. */
  all(): Iterable<readonly [string, ReadonlyMap<number, CommittedOffset>]> {
    return this.#committed;
  }

  /** A deleted topic's positions go with it. */
  forgetTopic(topicName: string): void {
    this.#count -= this.#committed.get(topicName)?.size ?? 0;
    this.#committed.delete(topicName);
  }
}
