import { uncompress } from './codecs/codec.ts';
import {
  batchField,
  codecNames,
  headerToMagicBytes,
  logOverheadBytes,
  magicOffset,
  sizeFieldMin,
} from './record-batch.ts';
import { pluralBytes, type RecordContents, type RecordPart, type RecordSpending } from './record-contents.ts';
import { RecordsFailure } from './record-limits.ts';
import type { SpanWriter } from './span-writer.ts';

/** Size and magic of the batch at `at`, judged as Kafka's reader does; a sentence where there is no whole one. */
export function sizeOfBatch(bytes: Uint8Array, at: number, end: number): { bytes: number; magic: number } | string {
  const cut = 'a batch that the size limit of the fetch cut off';
  if (end - at < logOverheadBytes) return cut;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, end - at);
  const sizeField = view.getInt32(batchField.batchLength);
  if (sizeField < sizeFieldMin[0]) return `no batch has ${sizeField} bytes`;
  if (end - at < headerToMagicBytes) return cut;
  const magic = view.getInt8(magicOffset);
  const sizeMin = sizeFieldMin[magic];
  if (sizeMin === undefined) return `magic ${magic} is not defined`;
  if (sizeField < sizeMin) return `no batch of magic ${magic} has ${sizeField} bytes`;
  return sizeField + logOverheadBytes > end - at ? cut : { bytes: sizeField + logOverheadBytes, magic };
}

/** How the checksum of a part compares with the one it states. */
export function checksumNote(stated: number, bytes: number, spending: RecordSpending, compute: () => number): string {
  if (!spending.mayCheck(bytes)) return 'not verified: too many bytes';
  const computed = compute();
  return computed === stated ? 'valid' : `wrong: the bytes give 0x${computed.toString(16).padStart(8, '0')}`;
}

/** The bytes a codec's stream holds, or why there are none. */
export function uncompressed(
  bytes: Uint8Array,
  codecNumber: number,
  magic: number,
  spending: RecordSpending,
): Uint8Array | string {
  const codec = codecNames[codecNumber];
  if (codec === undefined) return `codec ${codecNumber} is not defined`;
  const outputBytesMax = spending.budget.outputBytesMax(bytes.length);
  try {
    return uncompress(codec, bytes, magic, spending.budget);
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    // A bomb cost as much as it was allowed to expand to; many of them may not cost that again and again.
    spending.budget.spendUncompressed(error.code === 'limit' ? outputBytesMax : bytes.length);
    return `${error.code}: ${error.message}`;
  }
}

/** Opens the span of a part that starts at `start` and whose bytes are `[at, reader.position)`, and looks inside. */
export function annotateContents(
  writer: SpanWriter,
  name: string,
  start: number,
  at: number,
  part: RecordPart,
  contents: RecordContents,
): Uint8Array {
  const end = writer.reader.position;
  writer.open(name, 'BYTES', start);
  const { value, note } = contents.describe(writer, at, end, part);
  writer.close(note ?? pluralBytes(end - at), value);
  return writer.reader.bytes.subarray(at, end);
}
