import { versionRange } from '../protocol/api-keys.ts';
import { readRequestHeader } from '../protocol/headers.ts';
import { WalkFacts, walkMessage } from '../protocol/walk.ts';
import { frameBytesMax } from '../wire/frame.ts';
import { type FrameJudge, type FrameVerdict, SearchCounts } from '../wire/frame-search.ts';
import type { Side } from '../wire/segment.ts';
import type { ConnectionTrack } from './connection-track.ts';
import { searchWalkedBytesMax } from './limits.ts';

const prefixBytes = 4;
const responseBytesMin = 4;
const requestBytesMin = 10;
/** Longest request header looked at where the rest of the frame is not there yet. */
const headBytesMax = 512;

const facts = new WalkFacts();

/**
 * Judges places in a direction that lost its frames (PROTOCOL 1.15). Sure is a message read to its last byte; or, at
 * the start of a packet, one whose header fits what the connection said before while the rest is still to come.
 */
export function frameJudgeOf(
  track: ConnectionTrack,
  from: Side,
  counts: SearchCounts = new SearchCounts(),
): FrameJudge {
  let walkedBytes = 0;
  return (window, at, segmentStart) => {
    if (walkedBytes > searchWalkedBytesMax && !segmentStart) return 'no';
    const sizeBytes = int32(window, at);
    if (sizeBytes < responseBytesMin || sizeBytes > frameBytesMax) return 'no';
    facts.reset();
    const verdict =
      from === 'client'
        ? judgeRequest(track, window, at, sizeBytes, segmentStart)
        : judgeResponse(track, window, at, sizeBytes, segmentStart);
    const isFresh = walkedBytes <= searchWalkedBytesMax;
    walkedBytes += Math.max(facts.endOffset, facts.failOffset);
    if (isFresh && walkedBytes > searchWalkedBytesMax) counts.searchWalkedBytesMax += 1;
    return verdict;
  };
}

function judgeRequest(
  track: ConnectionTrack,
  window: Uint8Array,
  at: number,
  sizeBytes: number,
  segmentStart: boolean,
): FrameVerdict {
  if (sizeBytes < requestBytesMin) return 'no';
  const start = at + prefixBytes;
  if (start + requestBytesMin > window.length) return 'undecided';
  const apiKey = int16(window, start);
  const range = versionRange(apiKey);
  const apiVersion = int16(window, start + 2);
  if (range === null || apiVersion < range.min || apiVersion > range.max) return 'no';
  const end = start + sizeBytes;
  if (end <= window.length) {
    const walked = walkMessage(window.subarray(start, end), 'request', apiKey, apiVersion, facts);
    return walked && facts.endOffset === sizeBytes ? 'sure' : 'no';
  }
  if (!segmentStart) return 'undecided';
  const header = readRequestHeader(window.subarray(start, Math.min(window.length, start + headBytesMax)));
  if (header === null) return 'no';
  return track.clientId !== null && header.clientId === track.clientId ? 'sure' : 'undecided';
}

function judgeResponse(
  track: ConnectionTrack,
  window: Uint8Array,
  at: number,
  sizeBytes: number,
  segmentStart: boolean,
): FrameVerdict {
  const start = at + prefixBytes;
  const end = start + sizeBytes;
  const request = track.waiting.find(int32(window, start));
  if (request === undefined) {
    // An answer to a request that was lost too: only sizes that lead to the very end of its packets speak for it.
    return segmentStart && leadsToEnd(window, at) ? 'sure' : 'no';
  }
  if (end > window.length) return segmentStart ? 'sure' : 'undecided';
  const walked = walkMessage(
    window.subarray(start, end),
    'response',
    request.apiKey ?? -1,
    request.apiVersion ?? 0,
    facts,
  );
  if (walked && facts.endOffset === sizeBytes) return 'sure';
  return segmentStart && facts.failReason === 'no-plan' ? 'sure' : 'no';
}

function leadsToEnd(window: Uint8Array, at: number): boolean {
  let next = at;
  while (next + prefixBytes <= window.length) {
    const sizeBytes = int32(window, next);
    if (sizeBytes < responseBytesMin || sizeBytes > frameBytesMax) return false;
    next += prefixBytes + sizeBytes;
  }
  return next === window.length;
}

function int16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
