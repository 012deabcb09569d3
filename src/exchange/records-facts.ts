import { type BatchFacts, emptyBatchFacts, readBatchFacts } from '../records/batch-facts.ts';
import type { RecordsFacts } from './exchange.ts';

/** Sums the batch headers of every records field of a message; null when it has none. `spans` are start, end pairs. */
export function batchFactsOf(payload: Uint8Array, spans: readonly number[]): BatchFacts | null {
  if (spans.length === 0) return null;
  const facts = emptyBatchFacts();
  for (let index = 0; index + 1 < spans.length; index += 2)
    readBatchFacts(payload, facts, spans[index], spans[index + 1]);
  return facts;
}

/** The part of the batch facts that an exchange carries. The uncompressed size is known only without compression. */
export function recordsFactsOf(facts: BatchFacts | null): RecordsFacts | null {
  if (facts === null) return null;
  const plain = facts.codecs.every((codec) => codec === 'none');
  return {
    count: facts.count,
    batches: facts.batches,
    bytes: facts.bytes,
    uncompressedBytes: plain ? facts.bytes : null,
    codecs: facts.codecs,
  };
}
