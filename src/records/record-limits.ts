import type { RecordsErrorCode } from './record-batch.ts';

/**
 * What a record set may cost to read. The bytes are hostile until proven otherwise: gzip expands 1032 times, snappy
 * claims 4 GiB in five bytes, and a 7-byte record becomes a 200-byte object.
 */
export interface RecordLimits {
  /** Most bytes one compressed batch may expand to. */
  readonly uncompressedBatchBytesMax: number;
  /** Most bytes all compressed batches of one set may expand to together. */
  readonly uncompressedSetBytesMax: number;
  /** Most output bytes per compressed byte, once a batch's output is larger than `expansionFreeBytes`. */
  readonly expansionRatioMax: number;
  /** Output up to this size is allowed whatever the ratio. */
  readonly expansionFreeBytes: number;
  /** Most records and headers taken from one set. */
  readonly recordsPerSetMax: number;
  /** Most batches (legacy: messages) taken from one set. */
  readonly batchesPerSetMax: number;
}

/** The limits of `decodeRecordBatches` unless told otherwise. */
export const recordLimits: RecordLimits = Object.freeze({
  uncompressedBatchBytesMax: 64 * 1024 * 1024,
  uncompressedSetBytesMax: 256 * 1024 * 1024,
  expansionRatioMax: 1000,
  expansionFreeBytes: 1024 * 1024,
  recordsPerSetMax: 1_000_000,
  batchesPerSetMax: 100_000,
});

/** What is left of the limits while one set is read. */
export class RecordBudget {
  readonly limits: RecordLimits;
  #uncompressedLeft: number;
  #recordsLeft: number;

  constructor(limits: RecordLimits) {
    this.limits = limits;
    this.#uncompressedLeft = limits.uncompressedSetBytesMax;
    this.#recordsLeft = limits.recordsPerSetMax;
  }

  /** Most bytes `compressedBytes` may expand to now. */
  outputBytesMax(compressedBytes: number): number {
    const { uncompressedBatchBytesMax, expansionFreeBytes, expansionRatioMax } = this.limits;
    const byRatio = Math.max(expansionFreeBytes, compressedBytes * expansionRatioMax);
    return Math.min(uncompressedBatchBytesMax, byRatio, this.#uncompressedLeft);
  }

  spendUncompressed(bytes: number): void {
    this.#uncompressedLeft -= bytes;
  }

  /** Counts records or headers; false when the set has more than it may. */
  spendRecords(count: number): boolean {
    this.#recordsLeft -= count;
    return this.#recordsLeft >= 0;
  }
}

/**
 * Leaves a codec or record parser that met bytes it cannot read. It never leaves this room: the batch that was being
 * read turns it into its `recordsError`. `offset` is the byte where reading stopped.
 */
export class RecordsFailure extends Error {
  readonly code: RecordsErrorCode;
  readonly offset: number;

  constructor(code: RecordsErrorCode, offset: number, detail: string) {
    super(detail);
    this.code = code;
    this.offset = offset;
  }
}
