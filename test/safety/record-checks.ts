import { annotateRecords } from '../../src/records/annotate-records.ts';
import { readBatchFacts } from '../../src/records/batch-facts.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { RecordSpending } from '../../src/records/record-contents.ts';
import { batchesToJson } from '../../src/records/records-json.ts';
import { SpanBudget, SpanWriter } from '../../src/records/span-writer.ts';
import { bytesOf, readGolden, sampleFile } from '../records/golden-records.ts';
import type { SeededRandom } from './random.ts';

/** Small enough that a bomb in a mutated set costs little. */
const limits = { uncompressedBatchBytesMax: 1 << 20, uncompressedSetBytesMax: 4 << 20, recordsPerSetMax: 20_000 };
/** A record of magic 2 has at least seven bytes; the smallest header two. */
const recordsPerByteMax = 1 / 7;

/** Record sets that Kafka wrote: all magics and codecs. */
export function recordSeeds(): Uint8Array[] {
  return readGolden(sampleFile).map((golden) => new Uint8Array(bytesOf(golden)));
}

/** A damaged set: flips, lies in the header, cuts, joints. */
export function mutateRecords(seeds: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  let bytes = random.of(seeds).slice();
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left -= 1) {
    const at = random.below(2) === 0 ? random.below(Math.min(bytes.length, 75)) : random.below(bytes.length);
    switch (random.below(5)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), random.of(seeds).subarray(random.below(100))]));
        break;
      case 2:
        if (at + 4 <= bytes.length) {
          new DataView(bytes.buffer).setInt32(
            at,
            random.of([0, -1, 0x7fff_ffff, bytes.length, bytes.length - 12, 1 << 20]),
          );
        }
        break;
      case 3:
        bytes.fill(random.of([0, 1, 0x80, 0xff]), at, at + 1 + random.below(16));
        break;
      default:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
  }
  return bytes;
}

/** Reads a set by every road there is; throws where a promise is broken. */
export function checkRecords(bytes: Uint8Array): void {
  const set = decodeRecordBatches(bytes, limits);
  let taken = set.trailingBytes;
  for (const batch of set.batches) {
    taken += batch.sizeInBytes;
    if (batch.records === null && batch.recordsError === null) throw new Error('no records, and no reason');
    const { length } = batch.records ?? [];
    const plainBytesMax = Math.max(
      batch.sizeInBytes,
      batch.compression === 'none' ? 0 : limits.uncompressedBatchBytesMax,
    );
    if (length > 1 + plainBytesMax * recordsPerByteMax)
      throw new Error(`${length} records of ${batch.sizeInBytes} bytes`);
  }
  if (taken !== bytes.length) throw new Error(`${taken} of ${bytes.length} bytes accounted for`);
  if (set.trailingBytes < 0) throw new Error('less than nothing behind the batches');
  JSON.stringify(batchesToJson(set, 'hide'), (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const facts = readBatchFacts(bytes);
  if (facts.batches > 0 && facts.bytes + facts.truncatedBytes > bytes.length) throw new Error('facts of more bytes');
  const budget = new SpanBudget({ spansMax: 500 });
  const writer = new SpanWriter(bytes, 'records', budget);
  annotateRecords(
    writer,
    0,
    bytes.length,
    { describe: () => ({ value: undefined, note: null }) },
    new RecordSpending(limits),
  );
}
