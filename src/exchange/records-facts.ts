import { readBatchFacts } from '../records/batch-facts.ts';
import type { RecordsFacts } from './exchange.ts';

/** Sums the batch headers of every records field of a message; null when it has none. `spans` are start, end pairs. */
export function recordsFactsOf(payload: Uint8Array, spans: readonly number[]): RecordsFacts | null {
  if (spans.length === 0) return null;
  let count = 0;
  let batches = 0;
  let bytes = 0;
  const codecs: string[] = [];
  for (let index = 0; index + 1 < spans.length; index += 2) {
    const facts = readBatchFacts(payload.subarray(spans[index], spans[index + 1]));
    count += facts.count;
    batches += facts.batches;
    bytes += facts.bytes;
    for (const codec of facts.codecs) if (!codecs.includes(codec)) codecs.push(codec);
  }
  return { count, batches, bytes, uncompressedBytes: null, codecs };
}

/** Time of the oldest batch of the first records field in epoch ms; null when unknown. */
export function firstTimestampMsOf(payload: Uint8Array, spans: readonly number[]): number | null {
  let first: number | null = null;
  for (let index = 0; index + 1 < spans.length; index += 2) {
    const facts = readBatchFacts(payload.subarray(spans[index], spans[index + 1]));
    const timestampMs = facts.firstTimestampMs;
    if (timestampMs !== null && (first === null || timestampMs < first)) first = timestampMs;
  }
  return first;
}
