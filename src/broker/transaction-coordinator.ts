import type { CancelTimer, Clock } from './clock.ts';
import type { BrokerCounters } from './counters.ts';
import { ErrorCode } from './error-code.ts';
import type { GroupCoordinator } from './group-coordinator.ts';
import { transactionalIdsMax, transactionTimeoutMsMax } from './limits.ts';
import { type TopicRegistry, wake } from './topic-registry.ts';

export type TransactionState = 'Empty' | 'Ongoing' | 'CompleteCommit' | 'CompleteAbort';

interface Transaction {
  readonly transactionalId: string;
  producerId: bigint;
  producerEpoch: number;
  state: TransactionState;
  timeoutMs: number;
  /** `topic/partition` keys. */
  readonly partitions: Map<string, { readonly topicName: string; readonly partition: number }>;
  readonly groupIds: Set<string>;
  cancelTimeout: CancelTimer | null;
}

/** A producer's identity as InitProducerId and EndTxn v5 return it. */
export interface ProducerIdentity {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Largest epoch before a producer gets a new id (int16, with room for the fencing bump). */
const producerEpochMax = 0x7fff - 1;

/** The transactions of the cluster (KIP-98, with KIP-890's epoch bump at the end where the version asks for it). */
export class TransactionCoordinator {
  readonly #byId = new Map<string, Transaction>();
  readonly #clock: Clock;
  readonly #counters: BrokerCounters;
  readonly #topics: TopicRegistry;
  readonly #groups: GroupCoordinator;
  #nextProducerId = 1000n;

  constructor(around: {
    readonly clock: Clock;
    readonly counters: BrokerCounters;
    readonly topics: TopicRegistry;
    readonly groups: GroupCoordinator;
  }) {
    this.#clock = around.clock;
    this.#counters = around.counters;
    this.#topics = around.topics;
    this.#groups = around.groups;
  }

  /** InitProducerId: a fresh id for idempotent producers; for transactional ones the next epoch, which fences the old. */
  init(transactionalId: string | null, timeoutMs: number, producerId: bigint, producerEpoch: number): ProducerIdentity {
    if (transactionalId === null) {
      return { errorCode: ErrorCode.none, producerId: this.#freshProducerId(), producerEpoch: 0 };
    }
    if (transactionalId === '') return failed(ErrorCode.invalidRequest);
    if (timeoutMs <= 0 || timeoutMs > transactionTimeoutMsMax) return failed(ErrorCode.invalidTransactionTimeout);
    const known = this.#byId.get(transactionalId);
    if (known === undefined) return this.#begin(transactionalId, timeoutMs);
    if (producerId >= 0n && (producerId !== known.producerId || producerEpoch !== known.producerEpoch)) {
      return failed(ErrorCode.producerFenced);
    }
    if (known.state === 'Ongoing') this.#end(known, false, known.producerEpoch + 1);
    this.#bump(known);
    known.state = 'Empty';
    known.timeoutMs = timeoutMs;
    return { errorCode: ErrorCode.none, producerId: known.producerId, producerEpoch: known.producerEpoch };
  }

  /** Whether this producer may act for the transactional id. */
  check(transactionalId: string, producerId: bigint, producerEpoch: number): number {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined || transaction.producerId !== producerId) return ErrorCode.invalidProducerIdMapping;
    return transaction.producerEpoch === producerEpoch ? ErrorCode.none : ErrorCode.producerFenced;
  }

  /** Adds a partition, which starts the transaction; the caller has checked the producer. */
  addPartition(transactionalId: string, topicName: string, partition: number): void {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined) return;
    this.#start(transaction);
    transaction.partitions.set(`${topicName}/${partition}`, { topicName, partition });
  }

  /** Adds a group whose offsets are committed with the transaction. */
  addGroup(transactionalId: string, groupId: string): void {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined) return;
    this.#start(transaction);
    transaction.groupIds.add(groupId);
  }

  hasPartition(transactionalId: string, topicName: string, partition: number): boolean {
    const transaction = this.#byId.get(transactionalId);
    return transaction?.state === 'Ongoing' && transaction.partitions.has(`${topicName}/${partition}`);
  }

  hasGroup(transactionalId: string, groupId: string): boolean {
    const transaction = this.#byId.get(transactionalId);
    return transaction?.state === 'Ongoing' && transaction.groupIds.has(groupId);
  }

  /** EndTxn: writes a marker to every partition and settles the groups' offsets. */
  end(
    transactionalId: string,
    producerId: bigint,
    producerEpoch: number,
    commit: boolean,
    bumpEpoch: boolean,
  ): ProducerIdentity {
    const errorCode = this.check(transactionalId, producerId, producerEpoch);
    const transaction = this.#byId.get(transactionalId);
    if (errorCode !== ErrorCode.none || transaction === undefined) return failed(errorCode);
    if (transaction.state === 'Ongoing') {
      this.#end(transaction, commit, bumpEpoch ? transaction.producerEpoch + 1 : transaction.producerEpoch);
      if (bumpEpoch) this.#bump(transaction);
    } else {
      const repeated = transaction.state === (commit ? 'CompleteCommit' : 'CompleteAbort');
      const emptyAbort = bumpEpoch && !commit;
      if (!repeated && !emptyAbort) return failed(ErrorCode.invalidTxnState);
      if (bumpEpoch) this.#bump(transaction);
    }
    return { errorCode: ErrorCode.none, producerId: transaction.producerId, producerEpoch: transaction.producerEpoch };
  }

  /** Stops every timer. */
  close(): void {
    for (const transaction of this.#byId.values()) transaction.cancelTimeout?.();
  }

  #begin(transactionalId: string, timeoutMs: number): ProducerIdentity {
    if (this.#byId.size >= transactionalIdsMax) {
      this.#counters.limit('transactionalIdsMax');
      return failed(ErrorCode.coordinatorNotAvailable);
    }
    const transaction: Transaction = {
      transactionalId,
      producerId: this.#freshProducerId(),
      producerEpoch: 0,
      state: 'Empty',
      timeoutMs,
      partitions: new Map(),
      groupIds: new Set(),
      cancelTimeout: null,
    };
    this.#byId.set(transactionalId, transaction);
    return { errorCode: ErrorCode.none, producerId: transaction.producerId, producerEpoch: 0 };
  }

  #start(transaction: Transaction): void {
    if (transaction.state === 'Ongoing') return;
    transaction.state = 'Ongoing';
    transaction.cancelTimeout = this.#clock.after(transaction.timeoutMs, () => {
      if (transaction.state !== 'Ongoing') return;
      this.#end(transaction, false, transaction.producerEpoch + 1);
      this.#bump(transaction);
    });
  }

  #end(transaction: Transaction, commit: boolean, markerEpoch: number): void {
    transaction.cancelTimeout?.();
    transaction.cancelTimeout = null;
    const timestampMs = BigInt(Math.trunc(this.#clock.nowMs()));
    for (const { topicName, partition: index } of transaction.partitions.values()) {
      const partition = this.#topics.partition(topicName, index);
      if (partition === null) continue;
      partition.log.appendMarker(transaction.producerId, markerEpoch, commit, partition.leaderEpoch, timestampMs);
      wake(partition);
    }
    this.#groups.endTransaction(transaction.groupIds, transaction.producerId, commit);
    transaction.partitions.clear();
    transaction.groupIds.clear();
    transaction.state = commit ? 'CompleteCommit' : 'CompleteAbort';
    if (commit) this.#counters.transactionsCommitted += 1;
    else this.#counters.transactionsAborted += 1;
  }

  #bump(transaction: Transaction): void {
    if (transaction.producerEpoch < producerEpochMax) {
      transaction.producerEpoch += 1;
      return;
    }
    transaction.producerId = this.#freshProducerId();
    transaction.producerEpoch = 0;
  }

  #freshProducerId(): bigint {
    const producerId = this.#nextProducerId;
    this.#nextProducerId += 1n;
    return producerId;
  }
}

function failed(errorCode: number): ProducerIdentity {
  return { errorCode, producerId: -1n, producerEpoch: -1 };
}
