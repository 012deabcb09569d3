import {
  attribute,
  batchField,
  codecNames,
  headerToMagicBytes,
  logOverheadBytes,
  magicOffset,
  messageField,
  sizeFieldMin,
} from './record-batch.ts';

/** What the headers of the batches in a `records` field say; nothing is uncompressed. */
export interface BatchFacts {
  /** Whole batches (legacy: messages). */
  batches: number;
  /** Records the headers state; a compressed legacy message counts as one, see `countKnown`. */
  count: number;
  /** False when a compressed legacy message hides how many records it holds: `count` is then the least. */
  countKnown: boolean;
  /** Distinct codec names in order of first sight; `codec-5` … `codec-7` for numbers nobody defined. */
  codecs: string[];
  /** Distinct magics in order of first sight. */
  magics: number[];
  /** Bytes of the whole batches, headers included. */
  bytes: number;
  /** Bytes behind the last whole batch: cut by a fetch's size limit, or not readable as a batch. */
  truncatedBytes: number;
  /** Oldest first timestamp of a batch, epoch milliseconds; null when no batch has one. */
  firstTimestampMs: number | null;
  /** Newest timestamp, epoch milliseconds; null when no batch has one. */
  maxTimestampMs: number | null;
}

/** Facts of no batch at all: where adding up begins. */
export function emptyBatchFacts(): BatchFacts {
  return {
    batches: 0,
    count: 0,
    countKnown: true,
    codecs: [],
    magics: [],
    bytes: 0,
    truncatedBytes: 0,
    firstTimestampMs: null,
    maxTimestampMs: null,
  };
}

/**
 * Reads the batch headers of `bytes[start, end)` and adds what they say to `into` (new facts by default), which is
 * returned. Costs some ten nanoseconds a batch, so it may run on the path.
 */
export function readBatchFacts(bytes: Uint8Array, into = emptyBatchFacts(), start = 0, end = bytes.length): BatchFacts {
  let at = start;
  while (end - at >= headerToMagicBytes) {
    const sizeField = readInt32(bytes, at + batchField.batchLength);
    const magic = bytes[at + magicOffset] as number;
    if (magic > 2 || sizeField < (sizeFieldMin[magic] as number)) break;
    const size = sizeField + logOverheadBytes;
    if (size > end - at) break;
    if (magic === 2) addBatch(bytes, at, into);
    else addMessage(bytes, at, magic, into);
    if (!into.magics.includes(magic)) into.magics.push(magic);
    into.batches += 1;
    into.bytes += size;
    at += size;
  }
  into.truncatedBytes += end - at;
  return into;
}

function addBatch(bytes: Uint8Array, at: number, into: BatchFacts): void {
  // Of the 16 attribute bits the second byte holds all that are defined.
  const attributes = bytes[at + batchField.attributes + 1] as number;
  addCodec(attributes & attribute.codecMask, into);
  into.count += Math.max(0, readInt32(bytes, at + batchField.recordCount));
  const maxTimestampMs = readInt64(bytes, at + batchField.maxTimestamp);
  // With a delete horizon the base field is that horizon, with LogAppendTime it is what the producer once wrote.
  const baseIsOther = (attributes & (attribute.deleteHorizon | attribute.logAppendTime)) !== 0;
  addTimestamps(baseIsOther ? maxTimestampMs : readInt64(bytes, at + batchField.baseTimestamp), maxTimestampMs, into);
}

function addMessage(bytes: Uint8Array, at: number, magic: number, into: BatchFacts): void {
  const codec = (bytes[at + messageField.attributes] as number) & attribute.codecMask;
  addCodec(codec, into);
  into.count += 1;
  if (codec !== 0) into.countKnown = false;
  if (magic === 0) return;
  const timestampMs = readInt64(bytes, at + messageField.timestampV1);
  addTimestamps(timestampMs, timestampMs, into);
}

function addCodec(codec: number, into: BatchFacts): void {
  const name: string = codecNames[codec] ?? `codec-${codec}`;
  if (!into.codecs.includes(name)) into.codecs.push(name);
}

function addTimestamps(firstMs: number, maxMs: number, into: BatchFacts): void {
  if (firstMs >= 0 && (into.firstTimestampMs === null || firstMs < into.firstTimestampMs))
    into.firstTimestampMs = firstMs;
  if (maxMs >= 0 && (into.maxTimestampMs === null || maxMs > into.maxTimestampMs)) into.maxTimestampMs = maxMs;
}

function readInt32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** An int64 as a number: exact for every timestamp that means one. */
function readInt64(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) * 0x100000000 + (readInt32(bytes, at + 4) >>> 0);
}
