import { wordAt } from '../wire/reader.ts';

/**
 * Scalars as JSON text, from values and straight from wire bytes. What most texts and numbers look like is printed
 * without asking the runtime: a line of traffic is made of some eighty of them.
 */

// What JSON allows as it is and a terminal obeys: DEL, C1 controls, marks that reorder or hide text, line separators.
const terminalMarks = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const allTerminalMarks = new RegExp(terminalMarks, 'g');

function escapeMark(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Longest text that is looked at character by character; the runtime is faster with more. */
const plainCharactersMax = 64;

/** 1 for the characters that stand for themselves in JSON and on a terminal: ASCII without controls, `"` and `\`. */
const plainCharacters = new Uint8Array(256).fill(1, 0x20, 0x7f);
plainCharacters[0x22] = 0;
plainCharacters[0x5c] = 0;

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (plainCharacters[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** A string as JSON that is harmless on a terminal too; parsed it is the same string. */
export function jsonText(text: string): string {
  if (text.length <= plainCharactersMax && isPlain(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  return terminalMarks.test(json) ? json.replace(allTerminalMarks, escapeMark) : json;
}

/** A string or null as JSON. */
export function jsonTextOrNull(text: string | null): string {
  return text === null ? 'null' : jsonText(text);
}

/** Longest text that is looked up among the recently printed ones before it is printed. */
const rememberedBytesMax = 48;
/** Texts remembered, with their quotes: topic, client and host names come again in line after line. A power of two. */
const rememberedTextsMax = 2048;
const remembered: string[] = new Array<string>(rememberedTextsMax).fill('""');

/** The UTF-8 text of a range of bytes as JSON; invalid sequences become U+FFFD. */
export function jsonTextAt(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > rememberedBytesMax) return printLongText(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (plainCharacters[byte] !== 1) return jsonText(decodeUtf8(bytes, start, end));
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 11)) & (rememberedTextsMax - 1);
  const known = remembered[slot] ?? '';
  if (known.length === length + 2 && isQuoted(known, bytes, start)) return known;
  const text = `"${decodeUtf8(bytes, start, end)}"`;
  remembered[slot] = text;
  return text;
}

function isQuoted(json: string, bytes: Uint8Array, start: number): boolean {
  const last = json.length - 1;
  for (let at = 1; at < last; at += 1) if (json.charCodeAt(at) !== bytes[start + at - 1]) return false;
  return true;
}

function printLongText(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf8(bytes, start, end);
  for (let at = start; at < end; at += 1) if (plainCharacters[bytes[at] ?? 0] !== 1) return jsonText(text);
  return `"${text}"`;
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** Bytes as a JSON string of standard base64. */
export function jsonBase64(bytes: Uint8Array): string {
  return jsonBase64At(bytes, 0, bytes.length);
}

/** A range of bytes as a JSON string of standard base64. */
export function jsonBase64At(bytes: Uint8Array, start: number, end: number): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('base64')}"`;
}

/** Beyond it a division by `tailValues` may round up to the next whole number. */
const splitNumberMax = 4e15;
/** Numbers are printed in two halves, since times and offsets in a row share all but their last digits. */
const tailValues = 10_000;
const tails: string[] = new Array<string>(tailValues).fill('');
/** Beginnings of numbers that were printed recently. A power of two. */
const headsMax = 64;
const headValues: number[] = new Array<number>(headsMax).fill(0);
const headTexts: string[] = new Array<string>(headsMax).fill('0');

/** A whole number from `tailValues` to `splitNumberMax`. */
function splitNumber(value: number): string {
  const head = Math.floor(value / tailValues);
  const slot = head & (headsMax - 1);
  if (headValues[slot] !== head) {
    headValues[slot] = head;
    headTexts[slot] = String(head);
  }
  const tail = value - head * tailValues;
  let text = tails[tail] ?? '';
  if (text === '') {
    text = String(tail).padStart(4, '0');
    tails[tail] = text;
  }
  return (headTexts[slot] ?? '') + text;
}

/** Texts of the numbers from 1 to 999, printed on first use. */
const smallTexts: string[] = new Array<string>(1_000).fill('');

/** A number as JSON; NaN and infinities, which JSON has no number for, print as strings. */
export function jsonNumber(value: number): string {
  if (value > 0 && value < 1_000 && (value | 0) === value) {
    let text = smallTexts[value] ?? '';
    if (text === '') {
      text = String(value);
      smallTexts[value] = text;
    }
    return text;
  }
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0';
  if (value >= tailValues && value <= splitNumberMax && Math.floor(value) === value) return splitNumber(value);
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** A number or null as JSON. */
export function jsonNumberOrNull(value: number | null): string {
  return value === null ? 'null' : jsonNumber(value);
}

/** Half the range of the high word in which an int64 is a number without loss. */
const safeHighWords = 0x200000;

/** The int64 at an offset that was checked, with all its digits. */
export function jsonInt64At(bytes: Uint8Array, at: number): string {
  const high = wordAt(bytes, at);
  const low = wordAt(bytes, at + 4);
  if (high >= -safeHighWords && high < safeHighWords) return jsonNumber(high * 0x1_0000_0000 + (low >>> 0));
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}
