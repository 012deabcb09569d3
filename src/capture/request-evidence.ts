import { versionRange } from '../protocol/api-keys.ts';
import { type RequestHeader, readRequestHeader } from '../protocol/headers.ts';
import { WalkFacts, walkMessage } from '../protocol/walk.ts';

/** Reset by every walk. */
const facts = new WalkFacts();

/** A frame that reads as a Kafka request. */
export interface RequestEvidence {
  readonly correlationId: number;
  /** True when the body was there and consumed to its last byte: chance does not do that. */
  readonly exact: boolean;
}

/** Fewest bytes of a request: key, version and correlation id. */
export const requestBytesMin = 8;

/** Reads a request header that a Kafka client could have written: known key and version, a printable client id. */
export function plausibleHeader(payload: Uint8Array): RequestHeader | null {
  if (payload.length < requestBytesMin) return null;
  const apiKey = ((payload[0] as number) << 8) | (payload[1] as number);
  const apiVersion = ((payload[2] as number) << 8) | (payload[3] as number);
  const range = versionRange(apiKey);
  if (range === null || apiVersion < range.min || apiVersion > range.max) return null;
  const header = readRequestHeader(payload);
  if (header === null || (header.clientId !== null && !isPrintable(header.clientId))) return null;
  return header;
}

/**
 * Judges a frame (without its size prefix) as a request; null when it is none. A frame too large to be kept whole is
 * judged by its header alone, which then must name a client: ZooKeeper and others that share Kafka's framing have
 * numbers in these places that pass for a key, a version and an empty client id.
 */
export function requestEvidence(payload: Uint8Array, whole: boolean): RequestEvidence | null {
  const header = plausibleHeader(payload);
  if (header === null) return null;
  if (!whole) {
    if (header.clientId === null || header.clientId.length === 0) return null;
    return { correlationId: header.correlationId, exact: false };
  }
  const walked = walkMessage(payload, 'request', header.apiKey, header.apiVersion, facts);
  if (!walked || facts.endOffset !== payload.length) return null;
  return { correlationId: header.correlationId, exact: true };
}

function isPrintable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f || code === 0xfffd) return false;
  }
  return true;
}
