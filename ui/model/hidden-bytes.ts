import type { DetailSnapshot } from '../../src/store/snapshot.ts';
import { type MessageSide, messageOf, payloadRanges } from './tree.ts';

/** Messages with record payload: Produce requests; Fetch, FetchSnapshot and ShareFetch responses. */
const recordRequests: ReadonlySet<number | null> = new Set([0]);
const recordResponses: ReadonlySet<number | null> = new Set([1, 59, 78]);

/**
 * Byte ranges of one message that `--payload hide` covers up, in order: keys, values and whole records where they were
 * found, and in a message that carries records also what nobody could read, since records may be there.
 */
export function hiddenBytes(
  detail: DetailSnapshot,
  side: MessageSide,
): readonly (readonly [start: number, end: number])[] {
  const message = messageOf(detail, side);
  if (message === null) return [];
  const ranges = payloadRanges(message.spans);
  const carriers = side === 'request' ? recordRequests : recordResponses;
  if (!carriers.has(detail.row.apiKey)) return ranges;
  let readEnd = 0;
  for (const span of message.spans) {
    // The body of an unknown version and bytes behind a body are leaves without a value.
    if (span.children.length > 0) readEnd = Math.max(readEnd, span.end);
  }
  if (readEnd < message.bytes.length) ranges.push([readEnd, message.bytes.length]);
  return ranges;
}
