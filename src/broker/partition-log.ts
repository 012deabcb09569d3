import { type BatchHeader, placeBatch } from './batch-header.ts';
import { encodeTransactionMarker } from './control-batch.ts';
import { abortedTransactionsPerPartitionMax, logBytesPerPartitionMax } from './limits.ts';
import { ProducerState } from './producer-state.ts';

/** One batch as it stands in the log; `bytes` are ours and never change. */
export interface StoredBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly leaderEpoch: number;
  readonly maxTimestampMs: bigint;
  readonly bytes: Uint8Array;
}

/** A transaction whose records a read_committed reader must skip. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
}

/** Whether an append was stored, known already, or refused with an error code. */
export type AppendOutcome =
  | { readonly kind: 'stored'; readonly baseOffset: bigint }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint }
  | { readonly kind: 'refused'; readonly errorCode: number };

const noBytes = new Uint8Array(0);

/** One partition's log in memory: whole batches in order, with bounded retention and the transaction index. */
export class PartitionLog {
  startOffset = 0n;
  endOffset = 0n;
  #batches: StoredBatch[] = [];
  #bytes = 0;
  readonly #bytesMax: number;
  readonly #producers = new ProducerState();
  readonly #openTransactions = new Map<bigint, bigint>();
  #aborted: AbortedTransaction[] = [];
  readonly #epochStarts: { epoch: number; startOffset: bigint }[] = [{ epoch: 0, startOffset: 0n }];

  constructor(bytesMax: number = logBytesPerPartitionMax) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes kept. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** First offset a read_committed reader may not see yet (LSO); the end offset when no transaction is open. */
  get lastStableOffset(): bigint {
    let offset = this.endOffset;
    for (const firstOffset of this.#openTransactions.values()) {
      if (firstOffset < offset) offset = firstOffset;
    }
    return offset;
  }

  /** Stores a producer's batch unless its sequence says that it is known or out of order. */
  append(batch: Uint8Array, header: BatchHeader, leaderEpoch: number): AppendOutcome {
    if (header.producerId >= 0n) {
      const verdict = this.#producers.judge(header);
      if (verdict.kind !== 'next') return verdict;
    }
    const baseOffset = this.endOffset;
    this.#store(batch, header.lastOffsetDelta, header.maxTimestampMs, leaderEpoch);
    if (header.producerId >= 0n) this.#producers.stored(header, baseOffset);
    if (header.transactional && !this.#openTransactions.has(header.producerId)) {
      this.#openTransactions.set(header.producerId, baseOffset);
    }
    return { kind: 'stored', baseOffset };
  }

  /** Ends a producer's transaction here with a control batch, as WriteTxnMarkers makes a leader do. */
  appendMarker(
    producerId: bigint,
    producerEpoch: number,
    commit: boolean,
    leaderEpoch: number,
    timestampMs: bigint,
  ): void {
    const marker = { producerId, producerEpoch, commit, coordinatorEpoch: 0, timestampMs };
    const markerOffset = this.endOffset;
    this.#store(encodeTransactionMarker(marker), 0, timestampMs, leaderEpoch);
    this.#producers.marked(producerId, producerEpoch);
    const firstOffset = this.#openTransactions.get(producerId);
    this.#openTransactions.delete(producerId);
    if (firstOffset === undefined || commit) return;
    this.#aborted.push({ producerId, firstOffset, lastOffset: markerOffset });
    if (this.#aborted.length > abortedTransactionsPerPartitionMax) this.#aborted.shift();
  }

  /**
   * Bytes from the batch that holds `fromOffset` on, up to `upToOffset`. The last batch may be cut at `bytesMax`, as
   * a real broker's file slice is, but with `wholeFirst` the first one comes whole whatever its size (KIP-74).
   */
  read(fromOffset: bigint, upToOffset: bigint, bytesMax: number, wholeFirst: boolean): Uint8Array {
    const batches = this.batchesFrom(fromOffset, upToOffset);
    const first = batches[0];
    if (first === undefined) return noBytes;
    if (first.bytes.length >= bytesMax) return wholeFirst ? first.bytes : noBytes;
    let sizeBytes = 0;
    let count = 0;
    for (const batch of batches) {
      if (sizeBytes >= bytesMax) break;
      sizeBytes += batch.bytes.length;
      count += 1;
    }
    const records = new Uint8Array(Math.min(sizeBytes, bytesMax));
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      const bytes = batches[index]?.bytes ?? noBytes;
      records.set(bytes.subarray(0, records.length - at), at);
      at += bytes.length;
    }
    return records;
  }

  /** The stored batches from the one that holds `fromOffset` to the last that begins before `upToOffset`. */
  batchesFrom(fromOffset: bigint, upToOffset: bigint): readonly StoredBatch[] {
    const from = this.#indexOf(fromOffset);
    let to = from;
    while (to < this.#batches.length && (this.#batches[to]?.baseOffset ?? upToOffset) < upToOffset) to += 1;
    return this.#batches.slice(from, to);
  }

  /** Aborted transactions that touch the offsets from `fromOffset` (inclusive) to `upToOffset` (exclusive). */
  abortedBetween(fromOffset: bigint, upToOffset: bigint): readonly AbortedTransaction[] {
    return this.#aborted.filter((aborted) => aborted.lastOffset >= fromOffset && aborted.firstOffset < upToOffset);
  }

  /** The first batch whose newest record is not older than `timestampMs`. */
  firstBatchSince(timestampMs: bigint): StoredBatch | null {
    return this.#batches.find((batch) => batch.maxTimestampMs >= timestampMs) ?? null;
  }

  /** The batch with the newest timestamp (ListOffsets −3, KIP-734). */
  newestBatch(): StoredBatch | null {
    let newest: StoredBatch | null = null;
    for (const batch of this.#batches) {
      if (newest === null || batch.maxTimestampMs > newest.maxTimestampMs) newest = batch;
    }
    return newest;
  }

  /** A new leader took over: its epoch begins at the present end. */
  beginEpoch(epoch: number): void {
    this.#epochStarts.push({ epoch, startOffset: this.endOffset });
    if (this.#epochStarts.length > epochStartsKeptMax) this.#epochStarts.shift();
  }

  /** Where `epoch`, or the newest one before it, ended (KIP-101); null when nothing that old is known. */
  endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: bigint } | null {
    for (let index = this.#epochStarts.length - 1; index >= 0; index -= 1) {
      const entry = this.#epochStarts[index];
      if (entry === undefined || entry.epoch > epoch) continue;
      return { epoch: entry.epoch, endOffset: this.#epochStarts[index + 1]?.startOffset ?? this.endOffset };
    }
    return null;
  }

  /** DeleteRecords: readers see nothing before `offset` any more; batches wholly before it are dropped. */
  deleteBefore(offset: bigint): void {
    if (offset <= this.startOffset) return;
    this.#drop(this.#indexOf(offset));
    this.startOffset = offset;
  }

  #store(batch: Uint8Array, lastOffsetDelta: number, maxTimestampMs: bigint, leaderEpoch: number): void {
    const baseOffset = this.endOffset;
    const bytes = placeBatch(batch, baseOffset, leaderEpoch);
    const lastOffset = baseOffset + BigInt(lastOffsetDelta);
    this.#batches.push({ baseOffset, lastOffset, leaderEpoch, maxTimestampMs, bytes });
    this.#bytes += bytes.length;
    this.endOffset = lastOffset + 1n;
    if (this.#bytes > this.#bytesMax) this.#retain();
  }

  /** Drops the oldest batches until an eighth of the room is free, so that not every append moves the array. */
  #retain(): void {
    let bytes = this.#bytes;
    let count = 0;
    while (count < this.#batches.length - 1 && bytes > (this.#bytesMax * 7) / 8) {
      bytes -= this.#batches[count]?.bytes.length ?? 0;
      count += 1;
    }
    this.#drop(count);
    const first = this.#batches[0];
    if (first !== undefined && first.baseOffset > this.startOffset) this.startOffset = first.baseOffset;
  }

  #drop(count: number): void {
    for (const dropped of this.#batches.splice(0, count)) this.#bytes -= dropped.bytes.length;
    const firstOffset = this.#batches[0]?.baseOffset ?? this.endOffset;
    if (this.#aborted.length > 0) this.#aborted = this.#aborted.filter((aborted) => aborted.lastOffset >= firstOffset);
  }

  /** Index of the first batch that ends at or behind `offset` (binary search). */
  #indexOf(offset: bigint): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#batches[middle]?.lastOffset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Leader changes one partition remembers for OffsetForLeaderEpoch. */
const epochStartsKeptMax = 1_000;
