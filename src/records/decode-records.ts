import { decodeBatch } from './decode-batch.ts';
import { decodeMessage } from './decode-message.ts';
import { plainView } from './plain-view.ts';
import {
  batchField,
  headerToMagicBytes,
  logOverheadBytes,
  magicOffset,
  type RecordBatchOf,
  type RecordSet,
  type RecordSetOf,
  type RecordsError,
  sizeFieldMin,
} from './record-batch.ts';
import { RecordBudget, type RecordLimits, recordLimits } from './record-limits.ts';
import { type RecordsForm, recordObjects } from './records-form.ts';

/**
 * Takes a `records` field apart: batches of magic 2, legacy messages, or old logs' mix of them. Never throws on what
 * the bytes hold: a batch that cannot be read has `records: null`, and a batch cut at the end, which is how fetches
 * end, is only counted. Keys and values are views of `records` or of the uncompressed batch: copy what is kept.
 * A budget instead of limits is shared by all sets that it is given to.
 */
export function decodeRecordBatches(records: Uint8Array, limits?: Partial<RecordLimits> | RecordBudget): RecordSet {
  return decodeRecordBatchesAs(recordObjects, records, budgetOf(limits));
}

/** `decodeRecordBatches` with the records in another form. */
export function decodeRecordBatchesAs<Records>(
  form: RecordsForm<Records>,
  records: Uint8Array,
  budget: RecordBudget,
): RecordSetOf<Records> {
  const bytes = plainView(records);
  const batches: RecordBatchOf<Records>[] = [];
  let at = 0;
  let error: RecordsError | null = null;
  while (bytes.length - at >= logOverheadBytes) {
    // The size is judged before the magic is there, as Kafka's reader does (ByteBufferLogInputStream).
    const sizeField = readInt32(bytes, at + batchField.batchLength);
    if (sizeField < sizeFieldMin[0]) {
      error = { code: 'bad-size', offset: at, within: 'records', detail: `a batch of ${sizeField} bytes` };
      break;
    }
    if (bytes.length - at < headerToMagicBytes) break;
    const magic = ((bytes[at + magicOffset] ?? 0) << 24) >> 24;
    const sizeMin = sizeFieldMin[magic];
    if (sizeMin === undefined) {
      error = {
        code: 'unknown-magic',
        offset: at + magicOffset,
        within: 'records',
        detail: `magic ${magic} is not defined`,
      };
      break;
    }
    if (sizeField < sizeMin) {
      error = {
        code: 'bad-size',
        offset: at,
        within: 'records',
        detail: `a magic ${magic} batch of ${sizeField} bytes`,
      };
      break;
    }
    const end = at + logOverheadBytes + sizeField;
    if (end > bytes.length) break;
    if (batches.length >= budget.limits.batchesPerSetMax) {
      const detail = `more than ${budget.limits.batchesPerSetMax} batches in one set`;
      error = { code: 'limit', offset: at, within: 'records', detail };
      break;
    }
    batches.push(magic === 2 ? decodeBatch(bytes, at, end, budget, form) : decodeMessage(bytes, at, end, budget, form));
    at = end;
  }
  return { batches, trailingBytes: bytes.length - at, error };
}

function budgetOf(limits: Partial<RecordLimits> | RecordBudget | undefined): RecordBudget {
  // Most sets are small: merging limits that nobody changed would cost as much as a record.
  if (limits === undefined) return new RecordBudget(recordLimits);
  return limits instanceof RecordBudget ? limits : new RecordBudget({ ...recordLimits, ...limits });
}

function readInt32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}
