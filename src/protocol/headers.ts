import { Reader, textAt } from '../wire/reader.ts';
import { apiKeyMax, apiTable } from './api-keys.ts';
import { parseVersions } from './table.ts';

const apiVersionsKey = 18;
const controlledShutdownKey = 7;
/** Fewest bytes of a request header: key, version and correlation id (v0). */
const requestHeaderBytesMin = 8;
/** Where the client id begins, behind its own length. */
const clientIdAt = 10;

/** First flexible version per API key; infinity where none is, undefined where the key is unknown. */
const firstFlexible: (number | undefined)[] = [];
for (let key = 0; key <= apiKeyMax; key += 1) {
  const table = apiTable(key);
  if (table !== undefined) firstFlexible[key] = parseVersions(table.request.flexible)[0] ?? Number.POSITIVE_INFINITY;
}

/**
 * Whether a version of an API uses tagged fields. Every key since 55 is flexible from its first version, so an unknown
 * key is taken for flexible; an unknown higher version keeps what the highest known one has.
 */
function isFlexible(apiKey: number, apiVersion: number): boolean {
  return apiVersion >= (firstFlexible[apiKey] ?? 0);
}

/** Header version of a request. ControlledShutdown v0 alone has no client id. */
export function requestHeaderVersion(apiKey: number, apiVersion: number): 0 | 1 | 2 {
  if (apiKey === controlledShutdownKey && apiVersion === 0) return 0;
  return isFlexible(apiKey, apiVersion) ? 2 : 1;
}

/** Header version of a response. ApiVersions is always v0: the client cannot know yet what the broker speaks (KIP-511). */
export function responseHeaderVersion(apiKey: number, apiVersion: number): 0 | 1 {
  return apiKey !== apiVersionsKey && isFlexible(apiKey, apiVersion) ? 1 : 0;
}

/** The facts of a request header, and where the body begins. */
export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly headerVersion: number;
  readonly bodyOffset: number;
}

function int16(payload: Uint8Array, at: number): number {
  return (((payload[at] ?? 0) << 24) >> 16) | (payload[at + 1] ?? 0);
}

/** The offset after a tag section; -1 when it does not fit. */
function afterTags(payload: Uint8Array, start: number): number {
  const reader = new Reader(payload, start);
  const count = reader.uvarint();
  for (let tag = 0; tag < count && !reader.failed; tag += 1) {
    reader.uvarint();
    reader.take(reader.uvarint());
  }
  return reader.failed ? -1 : reader.position;
}

/**
 * Reads a request's header from its payload (without the size prefix); null when the payload cannot hold one. The tag
 * section of an unknown key is a guess: where it does not fit, the body is said to begin after the client id.
 */
export function readRequestHeader(payload: Uint8Array): RequestHeader | null {
  if (payload.length < requestHeaderBytesMin) return null;
  const apiKey = int16(payload, 0);
  const apiVersion = int16(payload, 2);
  const correlationId = (int16(payload, 4) << 16) | (int16(payload, 6) & 0xffff);
  const headerVersion = requestHeaderVersion(apiKey, apiVersion);
  if (headerVersion === 0) return { apiKey, apiVersion, correlationId, clientId: null, headerVersion, bodyOffset: 8 };
  if (payload.length < clientIdAt) return null;
  const length = int16(payload, 8);
  const end = length < 0 ? clientIdAt : clientIdAt + length;
  if (end > payload.length) return null;
  const clientId = length < 0 ? null : textAt(payload, clientIdAt, end);
  if (headerVersion === 1) return { apiKey, apiVersion, correlationId, clientId, headerVersion, bodyOffset: end };
  // No tags is one zero byte, and by far the most frequent.
  const bodyOffset = payload[end] === 0 ? end + 1 : afterTags(payload, end);
  if (bodyOffset >= 0) return { apiKey, apiVersion, correlationId, clientId, headerVersion, bodyOffset };
  if (firstFlexible[apiKey] !== undefined) return null;
  return { apiKey, apiVersion, correlationId, clientId, headerVersion: 1, bodyOffset: end };
}
