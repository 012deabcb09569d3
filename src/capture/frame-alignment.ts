import { frameBytesMax } from '../wire/frame.ts';
import type { Side } from '../wire/segment.ts';
import { int32 } from './big-endian.ts';
import { plausibleHeader, requestBytesMin } from './request-evidence.ts';

const prefixBytes = 4;
const responseBytesMin = 4;

/** Longest request header looked at: a client id of 200 bytes and some tags. */
const headBytesMax = 256;

/**
 * Whether a segment begins a frame, for a direction whose own beginning was not captured. A frame usually begins a
 * segment but need not; where this is wrong once, the caller asks again with the next one.
 *
 * A request shows by its header. A response shows by the id of a request seen before it, or by sizes that lead from
 * frame to frame exactly to the segment's end: bytes from the middle of a message do not do that.
 */
export function beginsFrame(segment: Uint8Array, from: Side | null, correlationIds: readonly number[]): boolean {
  if (segment.length < prefixBytes + responseBytesMin) return false;
  const sizeBytes = int32(segment, 0);
  if (sizeBytes < responseBytesMin || sizeBytes > frameBytesMax) return false;
  if (from !== 'broker' && beginsRequest(segment, sizeBytes)) return true;
  if (from === 'client') return false;
  return correlationIds.includes(int32(segment, prefixBytes)) || endsWithFrame(segment);
}

function beginsRequest(segment: Uint8Array, sizeBytes: number): boolean {
  if (sizeBytes < requestBytesMin) return false;
  const end = Math.min(segment.length, prefixBytes + Math.min(sizeBytes, headBytesMax));
  const header = plausibleHeader(segment.subarray(prefixBytes, end));
  return header !== null && header.clientId !== null && header.clientId.length > 0;
}

function endsWithFrame(segment: Uint8Array): boolean {
  let at = 0;
  while (at + prefixBytes <= segment.length) {
    const sizeBytes = int32(segment, at);
    if (sizeBytes < responseBytesMin || sizeBytes > frameBytesMax) return false;
    at += prefixBytes + sizeBytes;
  }
  return at === segment.length;
}
