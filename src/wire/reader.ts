import { uvarintBytesMax } from './varint.ts';

/** Why a reader stopped: it needed bytes that are not there, or met bytes that no writer may produce. */
export type ReadFailure = 'none' | 'truncated' | 'malformed';

/** Longest text that is looked up among the recently read ones before it is built. */
const internedBytesMax = 48;
/** Texts remembered: topic, client and host names come again in message after message. A power of two. */
const internedTextsMax = 2048;
const interned: string[] = new Array<string>(internedTextsMax).fill('');

/** The UTF-8 text of a range of bytes; invalid sequences become U+FFFD. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > internedBytesMax) return decodeUtf8(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return decodeUtf8(bytes, start, end);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 11)) & (internedTextsMax - 1);
  const known = interned[slot] ?? '';
  if (known.length === length && sameAscii(known, bytes, start)) return known;
  const text = decodeUtf8(bytes, start, end);
  interned[slot] = text;
  return text;
}

function sameAscii(text: string, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

const base64Url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const base64UrlCodes: readonly number[] = Array.from(base64Url, (char) => char.charCodeAt(0));
const uuidCodes: number[] = new Array<number>(22).fill(0);

/** Uuids remembered: a cluster's topic ids come again in every fetch. A power of two. */
const internedUuidsMax = 1024;
const uuidWords = new Int32Array(internedUuidsMax * 4);
// The words of an empty slot are those of the zero uuid, so that is what it holds.
const uuidTexts: string[] = new Array<string>(internedUuidsMax).fill('A'.repeat(22));

/** The int32 at an offset that was checked. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** The uuid at an offset in Kafka's own rendering: base64url without padding, 22 characters. */
export function uuidAt(bytes: Uint8Array, offset: number): string {
  const first = wordAt(bytes, offset);
  const second = wordAt(bytes, offset + 4);
  const third = wordAt(bytes, offset + 8);
  const fourth = wordAt(bytes, offset + 12);
  const hash = Math.imul(first ^ Math.imul(second, 31) ^ Math.imul(third, 961) ^ Math.imul(fourth, 29_791), 0x9e3779b1);
  const slot = (hash >>> 16) & (internedUuidsMax - 1);
  const at = slot * 4;
  if (
    uuidWords[at] === first &&
    uuidWords[at + 1] === second &&
    uuidWords[at + 2] === third &&
    uuidWords[at + 3] === fourth
  )
    return uuidTexts[slot] ?? '';
  const text = uuidText(bytes, offset);
  uuidWords[at] = first;
  uuidWords[at + 1] = second;
  uuidWords[at + 2] = third;
  uuidWords[at + 3] = fourth;
  uuidTexts[slot] = text;
  return text;
}

function uuidText(bytes: Uint8Array, offset: number): string {
  // Five groups of three bytes and one byte over; here because a call into the runtime costs several times as much.
  for (let group = 0; group < 5; group += 1) {
    const at = offset + group * 3;
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    uuidCodes[group * 4] = base64UrlCodes[bits >> 18] ?? 0;
    uuidCodes[group * 4 + 1] = base64UrlCodes[(bits >> 12) & 63] ?? 0;
    uuidCodes[group * 4 + 2] = base64UrlCodes[(bits >> 6) & 63] ?? 0;
    uuidCodes[group * 4 + 3] = base64UrlCodes[bits & 63] ?? 0;
  }
  const last = bytes[offset + 15] ?? 0;
  uuidCodes[20] = base64UrlCodes[last >> 2] ?? 0;
  uuidCodes[21] = base64UrlCodes[(last & 3) << 4] ?? 0;
  return String.fromCharCode.apply(null, uuidCodes);
}

/**
 * Reads Kafka's primitive forms from a payload. It never throws: after the first failure every read returns an empty
 * value and moves nowhere, so a caller may look at `failed` once per field instead of once per byte.
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  position: number;
  /** Offset after the last readable byte. */
  readonly end: number;
  failed = false;
  failure: ReadFailure = 'none';
  failureOffset = 0;
  failureDetail = '';
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes left to read. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Records the first failure; later ones follow from it and say less. */
  fail(failure: ReadFailure, offset: number, detail: string): void {
    if (this.failed) return;
    this.failed = true;
    this.failure = failure;
    this.failureOffset = offset;
    this.failureDetail = detail;
  }

  /** Steps over `count` bytes and returns the offset of the first, or -1 when they are not all there. */
  take(count: number): number {
    const at = this.position;
    if (this.failed) return -1;
    if (count > this.end - at) {
      this.fail('truncated', at, `needs ${count} bytes, ${this.end - at} are left`);
      return -1;
    }
    this.position = at + count;
    return at;
  }

  int8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.#view.getInt8(at);
  }

  int16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.#view.getInt16(at);
  }

  uint16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  int32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.#view.getInt32(at);
  }

  uint32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  int64(): bigint {
    const at = this.take(8);
    return at < 0 ? 0n : this.#view.getBigInt64(at);
  }

  float64(): number {
    const at = this.take(8);
    return at < 0 ? 0 : this.#view.getFloat64(at);
  }

  /** Unsigned varint of at most 5 bytes; values beyond 2^31-1 are malformed, since Java holds them in an int. */
  uvarint(): number {
    if (this.failed) return 0;
    const start = this.position;
    let value = 0;
    let shift = 0;
    for (let at = start; at < start + uvarintBytesMax; at += 1) {
      if (at >= this.end) {
        this.fail('truncated', start, 'the varint is cut off');
        return 0;
      }
      const byte = this.bytes[at] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value < 0 || (shift === 28 && byte > 0x07)) break;
        this.position = at + 1;
        return value;
      }
      shift += 7;
    }
    this.fail('malformed', start, 'the varint does not fit 31 bits');
    return 0;
  }

  /** The 16 bytes of a uuid in Kafka's own rendering: base64url without padding, 22 characters. */
  uuid(): string {
    const at = this.take(16);
    return at < 0 ? '' : uuidAt(this.bytes, at);
  }

  /** `length` bytes of UTF-8 as text; invalid sequences become U+FFFD. */
  text(length: number): string {
    const at = this.take(length);
    if (at < 0) return '';
    return textAt(this.bytes, at, at + length);
  }

  /** A view of the next `length` bytes, not a copy. */
  slice(length: number): Uint8Array {
    const at = this.take(length);
    return at < 0 ? this.bytes.subarray(0, 0) : this.bytes.subarray(at, at + length);
  }
}
