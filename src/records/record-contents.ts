import type { FieldValue } from '../protocol/field-span.ts';
import { RecordBudget, type RecordLimits, recordLimits } from './record-limits.ts';
import type { SpanWriter } from './span-writer.ts';

/** Which bytes of a record are looked into. */
export interface RecordPart {
  readonly kind: 'key' | 'value' | 'headerValue';
  /** The record's key, where its value is looked into. */
  readonly key: Uint8Array | null;
  /** The header's name, where its value is looked into. */
  readonly header: string | null;
  /** True in a control batch: a transaction marker or one of KRaft's. */
  readonly control: boolean;
}

/** What bytes turned out to be, in a word. */
export interface ContentsFound {
  readonly value: FieldValue;
  readonly note: string | null;
}

/** Looks into keys and values: the room of payloads implements it, which this room may not know. */
export interface RecordContents {
  /** Says what `[start, end)` of the writer's bytes are, and may add children to the span that is open. */
  describe(writer: SpanWriter, start: number, end: number, part: RecordPart): ContentsFound;
}

/** What may be spent on the records of one message on screen: less than a consumer spends, for nobody reads more. */
export const annotateLimits: RecordLimits = Object.freeze({
  ...recordLimits,
  uncompressedBatchBytesMax: 4 * 1024 * 1024,
  uncompressedSetBytesMax: 8 * 1024 * 1024,
  batchesPerSetMax: 10_000,
});

/** Bytes whose checksum is verified in one message on screen. */
const checkedBytesMax = 8 * 1024 * 1024;

/** What is spent on the records fields of one message, over all of them. */
export class RecordSpending {
  readonly budget: RecordBudget;
  #checkedBytesLeft = checkedBytesMax;

  constructor(limits: Partial<RecordLimits> = {}) {
    this.budget = new RecordBudget({ ...annotateLimits, ...limits });
  }

  /** Whether the checksum of so many bytes may be computed. */
  mayCheck(bytes: number): boolean {
    if (bytes > this.#checkedBytesLeft) return false;
    this.#checkedBytesLeft -= bytes;
    return true;
  }
}

/** `1 byte`, `12 bytes`. */
export function pluralBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

/** `1 record`, `12 records`. */
export function pluralRecords(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

const yearsShown = { fromMs: 0n, toMs: 253_402_300_799_999n };

/** A record timestamp for people; null where it is no time of this era. */
export function timestampNote(timestampMs: bigint): string | null {
  if (timestampMs === -1n) return 'none';
  if (timestampMs < yearsShown.fromMs || timestampMs > yearsShown.toMs) return null;
  return new Date(Number(timestampMs)).toISOString();
}
