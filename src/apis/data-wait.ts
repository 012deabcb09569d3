import type { WaitInput } from './profile.ts';

/** Fields of a request that parks until data is there: the longest wait and the bytes worth answering for. */
export const dataWaitFields: readonly string[] = ['maxWaitMs', 'minBytes'];

/**
 * Deliberate wait of a request that the broker parks until `minBytes` are there or `maxWaitMs` are over (PROTOCOL 4.6).
 * Too few bytes in the answer: it was parked all the time. A record written after the request came: had older records
 * been enough, the answer would have gone without it, so the request was parked at least until then. The timestamp is
 * the producer's clock unless the topic uses LogAppendTime, so `maxWaitMs` and the broker time bound what it claims.
 */
export function dataWaitUs(input: WaitInput): number | null {
  const maxWaitMs = input.request('maxWaitMs');
  if (maxWaitMs === null) return null;
  const boundUs = Math.max(0, Math.min(input.brokerTimeUs, maxWaitMs * 1000));
  const minBytes = input.request('minBytes') ?? 1;
  if (minBytes <= 0) return 0;
  if (input.recordsBytes < minBytes) return boundUs;
  if (input.lastTimestampMs === null) return 0;
  const untilDataUs = input.lastTimestampMs * 1000 - input.requestArrivedUs;
  if (untilDataUs <= 0) return 0;
  return Math.min(boundUs, untilDataUs);
}
