import { decodeRecordBatches } from '../records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch, type RecordToWrite } from '../records/encode-records.ts';
import type { StoredBatch } from './partition-log.ts';

const noBytes = new Uint8Array(0);

/**
 * Turns a message set of magic 0 or 1 into magic 2 batches with the same codec, as brokers since 3.0 do before they
 * store it. Magic 0 has no timestamps, so its records get `nowMs`. Null when it cannot be read wholly.
 */
export function modernBatches(records: Uint8Array, nowMs: number): Uint8Array[] | null {
  const set = decodeRecordBatches(records);
  if (set.trailingBytes > 0 || set.batches.length === 0) return null;
  const batches: Uint8Array[] = [];
  let plain: RecordToWrite[] = [];
  const flush = () => {
    if (plain.length > 0) batches.push(encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: plain }));
    plain = [];
  };
  for (const message of set.batches) {
    if (message.records === null || message.compression === null || !message.crcValid) return null;
    const converted = message.records.map((record) => ({
      timestamp: record.timestamp < 0n ? BigInt(Math.trunc(nowMs)) : record.timestamp,
      key: record.key,
      value: record.value,
    }));
    if (message.compression === 'none') {
      plain.push(...converted);
      continue;
    }
    flush();
    batches.push(encodeRecordBatch({ baseOffset: 0n, codec: message.compression, records: converted }));
  }
  flush();
  return batches;
}

/**
 * Stored batches as a message set for readers that know no magic 2 (Fetch before v4). Markers are left out, headers
 * are lost, and compressed batches come uncompressed. Stops at `bytesMax`, but never before the first batch.
 */
export function downConverted(batches: readonly StoredBatch[], magic: 0 | 1, bytesMax: number): Uint8Array {
  const sets: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const stored of batches) {
    if (sizeBytes > 0 && sizeBytes + stored.bytes.length > bytesMax) break;
    for (const batch of decodeRecordBatches(stored.bytes).batches) {
      if (batch.control || batch.records === null) continue;
      const set = encodeMessageSet({ magic, baseOffset: stored.baseOffset, codec: 'none', records: batch.records });
      sets.push(set);
      sizeBytes += set.length;
    }
  }
  return sets.length === 0 ? noBytes : Buffer.concat(sets);
}
