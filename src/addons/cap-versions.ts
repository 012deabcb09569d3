import { versionRange } from '../protocol/api-keys.ts';
import { addressLayout } from '../protocol/locate-addresses.ts';

/** The one request whose answer says which versions a client may use. */
export const apiVersionsKey = 18;

/** First flexible version of the ApiVersions response body (its header never is). */
const flexibleVersion = 3;

/** UNSUPPORTED_VERSION: the answer comes in the layout of version 0 whatever was asked (PROTOCOL §2.4). */
const unsupportedVersion = 35;

/** REBOOTSTRAP_REQUIRED: the broker is another node, or of another cluster, than the client asked for. */
const rebootstrapRequired = 129;

const versionMax = 0x7fff;

/** Low byte of a version no API will reach: 255 or, whatever the high byte is, far more. */
export const refusedVersionLowByte = 0xff;

/** One API whose newest version was taken back to the newest one whose addresses we can read. */
export interface VersionCap {
  readonly apiKey: number;
  readonly offeredMax: number;
  readonly cappedMax: number;
}

/** What became of one ApiVersions response. */
export type CapOutcome =
  | { readonly kind: 'unchanged' }
  /** Forward this frame (size prefix included) instead; it has the size of the original. */
  | { readonly kind: 'capped'; readonly frame: Uint8Array; readonly caps: readonly VersionCap[] }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly detail: string };

const unchanged: CapOutcome = { kind: 'unchanged' };

const caps = new Map<number, number>();

/**
 * Newest version of an API whose broker addresses we find; null for an API that names no broker, which may be any
 * version: what we do not understand passes.
 */
export function versionCap(apiKey: number): number | null {
  const known = caps.get(apiKey);
  if (known !== undefined) return known < 0 ? null : known;
  const cap = findCap(apiKey);
  if (caps.size < 256) caps.set(apiKey, cap ?? -1);
  return cap;
}

function findCap(apiKey: number): number | null {
  const range = versionRange(apiKey);
  if (range === null || addressLayout(apiKey, versionMax).kind !== 'unknown-version') return null;
  return range.max;
}

/** True for a version of ApiVersions whose answer we could not read, so that a broker must not be asked it. */
export function isNewerApiVersions(apiVersion: number): boolean {
  const range = versionRange(apiVersionsKey);
  return range !== null && apiVersion > range.max;
}

/** True for an ApiVersions response that sends its client back to its bootstrap servers (KIP-1242). */
export function asksForRebootstrap(payload: Uint8Array): boolean {
  return payload.length >= 6 && int16(payload, 4) === rebootstrapRequired;
}

/**
 * Lowers the newest version a broker offers of the APIs that name brokers to the newest whose addresses we can
 * rewrite: with a newer one clients would walk past the proxy. Nothing else changes: no entry goes, and no minimum
 * ever rises, since librdkafka reads the minimum of Produce as "no gzip" (PROTOCOL §2.8).
 */
export function capVersions(payload: Uint8Array, apiVersion: number): CapOutcome {
  if (payload.length < 6) return unreadable(payload.length, 'the response ends before its error code');
  const refused = int16(payload, 4) === unsupportedVersion;
  if (!refused && isNewerApiVersions(apiVersion)) {
    return unreadable(6, `the layout of version ${apiVersion} is not known`);
  }
  const compact = !refused && apiVersion >= flexibleVersion;
  const found: VersionCap[] = [];
  const maxAt: number[] = [];
  let at = 6;
  let count = 0;
  if (compact) {
    const counted = readUvarint(payload, at);
    if (counted === null) return unreadable(at, 'the number of entries is malformed');
    count = counted.value - 1;
    at = counted.next;
  } else {
    if (at + 4 > payload.length) return unreadable(at, 'the response ends inside the number of entries');
    count = (int16(payload, at) << 16) | (int16(payload, at + 2) & 0xffff);
    at += 4;
  }
  for (; count > 0; count -= 1) {
    if (at + 6 > payload.length) return unreadable(at, 'the response ends inside an entry');
    const apiKey = int16(payload, at);
    const cap = refused && apiKey === apiVersionsKey ? newestApiVersions() : versionCap(apiKey);
    const offeredMax = int16(payload, at + 4);
    if (cap !== null && offeredMax > cap && int16(payload, at + 2) <= cap) {
      found.push({ apiKey, offeredMax, cappedMax: cap });
      maxAt.push(at + 4);
    }
    at += 6;
    if (!compact) continue;
    const next = skipTags(payload, at);
    if (next === null) return unreadable(at, 'the tags of an entry are malformed');
    at = next;
  }
  if (found.length === 0) return unchanged;
  return { kind: 'capped', frame: patched(payload, maxAt, found), caps: found };
}

function newestApiVersions(): number | null {
  return versionRange(apiVersionsKey)?.max ?? null;
}

function patched(payload: Uint8Array, maxAt: readonly number[], found: readonly VersionCap[]): Uint8Array {
  const frame = new Uint8Array(payload.length + 4);
  const view = new DataView(frame.buffer);
  view.setInt32(0, payload.length);
  frame.set(payload, 4);
  for (const [index, cap] of found.entries()) view.setInt16((maxAt[index] ?? 0) + 4, cap.cappedMax);
  return frame;
}

function unreadable(offset: number, detail: string): CapOutcome {
  return { kind: 'unreadable', offset, detail };
}

function int16(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) >> 16) | (bytes[at + 1] ?? 0);
}

function readUvarint(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: from + index + 1 };
  }
  return null;
}

/** Where the tags that begin at `from` end; null when they run past the payload. */
function skipTags(bytes: Uint8Array, from: number): number | null {
  const count = readUvarint(bytes, from);
  if (count === null) return null;
  let at = count.next;
  // Each tag takes two bytes or more, so a count the payload cannot hold ends at its end.
  for (let left = count.value; left > 0; left -= 1) {
    const tag = readUvarint(bytes, at);
    const size = tag === null ? null : readUvarint(bytes, tag.next);
    if (size === null) return null;
    at = size.next + size.value;
    if (at > bytes.length) return null;
  }
  return at;
}
