import type { BatchHeader } from './batch-header.ts';
import { ErrorCode } from './error-code.ts';
import { duplicateBatchesMax, producersPerPartitionMax } from './limits.ts';

interface StoredSequence {
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly baseOffset: bigint;
}

interface Producer {
  epoch: number;
  /** Sequence of the last record stored; −1 when a marker or a new epoch left nothing to continue from. */
  lastSequence: number;
  readonly stored: StoredSequence[];
}

/** What the partition says about a producer's next batch: store it, answer it as known, or refuse it. */
export type SequenceVerdict =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint }
  | { readonly kind: 'refused'; readonly errorCode: number };

const next: SequenceVerdict = { kind: 'next' };

/** The idempotent producers of one partition (KIP-98): epochs, sequence numbers and the batches last stored. */
export class ProducerState {
  readonly #producers = new Map<bigint, Producer>();

  /** Judges a batch before it is stored. A producer never seen here may begin with any sequence, as in Kafka. */
  judge(header: BatchHeader): SequenceVerdict {
    const producer = this.#producers.get(header.producerId);
    if (producer === undefined) return next;
    if (header.producerEpoch < producer.epoch) return refused(ErrorCode.invalidProducerEpoch);
    if (header.producerEpoch > producer.epoch) {
      return header.baseSequence === 0 ? next : refused(ErrorCode.outOfOrderSequenceNumber);
    }
    for (const stored of producer.stored) {
      if (stored.baseSequence === header.baseSequence && stored.recordCount === header.recordCount) {
        return { kind: 'duplicate', baseOffset: stored.baseOffset };
      }
    }
    if (producer.lastSequence < 0) return next;
    return header.baseSequence === sequenceAfter(producer.lastSequence, 1)
      ? next
      : refused(ErrorCode.outOfOrderSequenceNumber);
  }

  /** Notes a batch that was stored at `baseOffset`. */
  stored(header: BatchHeader, baseOffset: bigint): void {
    const producer = this.#of(header.producerId, header.producerEpoch);
    producer.lastSequence = sequenceAfter(header.baseSequence, header.recordCount - 1);
    producer.stored.push({ baseSequence: header.baseSequence, recordCount: header.recordCount, baseOffset });
    if (producer.stored.length > duplicateBatchesMax) producer.stored.shift();
  }

  /** Notes the marker that ended a transaction: it may carry a newer epoch, which fences the older one. */
  marked(producerId: bigint, producerEpoch: number): void {
    this.#of(producerId, producerEpoch);
  }

  #of(producerId: bigint, producerEpoch: number): Producer {
    const known = this.#producers.get(producerId);
    this.#producers.delete(producerId);
    const producer =
      known !== undefined && known.epoch === producerEpoch
        ? known
        : { epoch: producerEpoch, lastSequence: -1, stored: [] };
    this.#producers.set(producerId, producer);
    if (this.#producers.size > producersPerPartitionMax) {
      const longestSilent = this.#producers.keys().next();
      if (longestSilent.done !== true) this.#producers.delete(longestSilent.value);
    }
    return producer;
  }
}

/** Sequence numbers wrap from 2^31−1 to 0 (KIP-98). */
function sequenceAfter(sequence: number, count: number): number {
  return (sequence + count) % 2 ** 31;
}

function refused(errorCode: number): SequenceVerdict {
  return { kind: 'refused', errorCode };
}
