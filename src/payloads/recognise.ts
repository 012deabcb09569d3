import { isUtf8 } from 'node:buffer';
import { uuidAt } from '../wire/reader.ts';

/** What bytes of a record look like; `hex` when like nothing known. */
export type RecognisedKind = 'empty' | 'json' | 'utf-8' | 'int32' | 'int64' | 'uuid' | 'confluent' | 'apicurio' | 'hex';

/** A guess at what bytes are: nothing on the wire says it. `note` names the guess and what else it may be. */
export interface Recognised {
  readonly kind: RecognisedKind;
  readonly text: string;
  readonly note: string;
}

/** Bytes looked at; what is behind them is not judged. */
const bytesLookedAtMax = 64 * 1024;
/** Bytes of text and of hex that are given back. */
const textBytesMax = 4096;
const hexBytesMax = 64;

/** Confluent's prefix: a zero byte and a 4-byte schema id. */
const confluentPrefixBytes = 5;
/** Apicurio's classic prefix: a zero byte and an 8-byte global id. */
const apicurioPrefixBytes = 9;
/** Ids that a registry hands out one by one stay far below it; it keeps random bytes from looking like one. */
const schemaIdMax = 100_000_000;

const uuidBytes = 16;
const textualUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Times in milliseconds between 2001 and 2065 are said as such. */
const timesMs = { from: 1_000_000_000_000n, to: 3_000_000_000_000n };

/** Guesses what a record's key or value is. Bounded, and never throws. */
export function recognise(bytes: Uint8Array): Recognised {
  if (bytes.length === 0) return { kind: 'empty', text: '', note: 'empty' };
  const text = textOf(bytes);
  if (text !== null) return recogniseText(bytes, text);
  return recogniseNumber(bytes) ?? recogniseSchemaId(bytes) ?? recogniseUuid(bytes) ?? hexOf(bytes);
}

/** Guesses what a header's value is: some names say it (Confluent's schema guid, Apicurio's ids). */
export function recogniseHeader(name: string, bytes: Uint8Array): Recognised {
  const guid = /^__(?:key|value)_schema_id$/.test(name);
  if (guid && bytes.length === uuidBytes + 1 && bytes[0] === 1) {
    return { kind: 'confluent', text: hyphenated(bytes, 1), note: 'Confluent schema guid' };
  }
  if (/^apicurio\.(?:key|value)\.(?:globalId|contentId)$/.test(name) && (bytes.length === 8 || bytes.length === 4)) {
    const view = viewOf(bytes);
    const id = bytes.length === 8 ? view.getBigInt64(0) : BigInt(view.getInt32(0));
    return { kind: 'apicurio', text: String(id), note: `Apicurio ${name.slice(name.lastIndexOf('.') + 1)}` };
  }
  return recognise(bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The beginning of the bytes as text; null when they are no UTF-8, or hold control characters. */
function textOf(bytes: Uint8Array): string | null {
  const head = wholeCharacters(bytes, bytesLookedAtMax);
  if (!isUtf8(head)) return null;
  for (const byte of head) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return null;
    if (byte === 0x7f) return null;
  }
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8');
}

/** At most `bytesMax` bytes, cut between two characters. */
function wholeCharacters(bytes: Uint8Array, bytesMax: number): Uint8Array {
  if (bytes.length <= bytesMax) return bytes;
  let end = bytesMax;
  while (end > bytesMax - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function recogniseText(bytes: Uint8Array, text: string): Recognised {
  const head = wholeCharacters(bytes, textBytesMax);
  const shown = head.length === bytes.length ? text : Buffer.from(head).toString('utf8');
  const cut = head.length === bytes.length ? '' : `, the first ${head.length} shown`;
  if (textualUuid.test(text)) return { kind: 'uuid', text: shown, note: 'UUID as text' };
  const first = text.trimStart().charAt(0);
  if (first === '{' || first === '[') {
    if (bytes.length > bytesLookedAtMax)
      return { kind: 'utf-8', text: shown, note: `text that begins like JSON${cut}` };
    if (isJson(text)) return { kind: 'json', text: shown, note: `JSON${cut}` };
  }
  return { kind: 'utf-8', text: shown, note: `UTF-8${cut}` };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function recogniseNumber(bytes: Uint8Array): Recognised | null {
  if (bytes.length === 4) {
    return { kind: 'int32', text: String(viewOf(bytes).getInt32(0)), note: 'INT32' };
  }
  if (bytes.length !== 8) return null;
  const value = viewOf(bytes).getBigInt64(0);
  const time = value >= timesMs.from && value <= timesMs.to ? `, ${new Date(Number(value)).toISOString()}` : '';
  return { kind: 'int64', text: String(value), note: `INT64${time}` };
}

function recogniseSchemaId(bytes: Uint8Array): Recognised | null {
  if (bytes[0] !== 0 || bytes.length <= confluentPrefixBytes) return null;
  const id = viewOf(bytes).getUint32(1);
  if (id > 0 && id <= schemaIdMax) {
    const rest = contentsAfter(bytes, confluentPrefixBytes);
    return { kind: 'confluent', text: rest, note: `schema id ${id} (Confluent, or Apicurio with 4-byte ids)` };
  }
  if (id !== 0 || bytes.length <= apicurioPrefixBytes) return null;
  const wide = viewOf(bytes).getUint32(5);
  if (wide === 0 || wide > schemaIdMax) return null;
  const rest = contentsAfter(bytes, apicurioPrefixBytes);
  return { kind: 'apicurio', text: rest, note: `global id ${wide} (Apicurio)` };
}

/** What stands behind a schema id: its text where it is some, as with JSON schemas, else hex. */
function contentsAfter(bytes: Uint8Array, prefixBytes: number): string {
  const rest = bytes.subarray(prefixBytes);
  const text = textOf(rest);
  return text === null ? hexOf(rest).text : recogniseText(rest, text).text;
}

function recogniseUuid(bytes: Uint8Array): Recognised | null {
  if (bytes.length !== uuidBytes) return null;
  const version = (bytes[6] ?? 0) >> 4;
  const variant = (bytes[8] ?? 0) >> 6;
  if (version < 1 || version > 8 || variant !== 2) return null;
  return {
    kind: 'uuid',
    text: hyphenated(bytes, 0),
    note: `UUID version ${version}, ${uuidAt(bytes, 0)} in Kafka's form`,
  };
}

function hyphenated(bytes: Uint8Array, at: number): string {
  const hex = Buffer.from(bytes.subarray(at, at + uuidBytes)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function hexOf(bytes: Uint8Array): Recognised {
  const text = Buffer.from(bytes.subarray(0, hexBytesMax)).toString('hex');
  return { kind: 'hex', text, note: bytes.length > hexBytesMax ? `hex, the first ${hexBytesMax} shown` : 'hex' };
}
