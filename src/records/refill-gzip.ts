import { compress, uncompress } from './codecs/codec.ts';
import { RecordBudget, RecordsFailure, recordLimits } from './record-limits.ts';

/** RFC 1952 §2.3: the fixed header, its flags, and the flag of a comment that ends with a zero. */
const headerBytes = 10;
const flagsAt = 3;
const hasComment = 0x10;
const star = 0x2a;

/**
 * Changes what is inside the gzip stream `bytes[start, end)` and keeps its length: a comment in its header takes the
 * room that is left. False, with nothing changed, where it cannot be read or would grow; contents that were overwritten
 * nearly always shrink.
 */
export function refillGzip(
  bytes: Uint8Array,
  start: number,
  end: number,
  change: (payload: Uint8Array) => void,
): boolean {
  let stream: Uint8Array;
  try {
    const payload = uncompress('gzip', bytes.subarray(start, end), 2, new RecordBudget(recordLimits));
    change(payload);
    stream = compress('gzip', payload, 2);
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    return false;
  }
  const room = end - start - stream.length;
  if (room < 0) return false;
  bytes.set(stream.subarray(0, headerBytes), start);
  const bodyAt = start + headerBytes + room;
  bytes.set(stream.subarray(headerBytes), bodyAt);
  if (room === 0) return true;
  bytes[start + flagsAt] = (bytes[start + flagsAt] ?? 0) | hasComment;
  bytes.fill(star, start + headerBytes, bodyAt - 1);
  bytes[bodyAt - 1] = 0;
  return true;
}
