import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  jsonBase64,
  jsonBase64At,
  jsonInt64At,
  jsonNumber,
  jsonNumberOrNull,
  jsonText,
  jsonTextAt,
  jsonTextOrNull,
} from '../../src/protocol/json-text.ts';

/** Characters that a terminal obeys and that JSON.stringify leaves alone. */
const marks = ['\u007f', '\u0080', '\u009f', '\u200b', '\u200f', '\u2028', '\u202e', '\u2060', '\u2069', '\ufeff'];

/** A text as JSON, every character judged by itself. */
function escaped(text: string): string {
  const all = JSON.stringify(text).split('');
  const isMark = (unit: string) => /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(unit);
  return all.map((unit) => (isMark(unit) ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : unit)).join('');
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 100 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc
    .array(fc.constantFrom(...marks, '"', '\\', '\n', '\u001b', 'a', ' ', '~', 'é', '\ud800'), { maxLength: 100 })
    .map((units) => units.join('')),
);

describe('texts', () => {
  it('print as JSON that reads back and that no terminal obeys, short or long', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(jsonText(text)).toBe(escaped(text));
        expect(JSON.parse(jsonText(text))).toBe(text);
        expect(jsonTextOrNull(text)).toBe(jsonText(text));
      }),
      { numRuns: 2_000 },
    );
    for (const mark of marks) expect(jsonText(mark)).toMatch(/^"\\u[0-9a-f]{4}"$/);
    expect(jsonTextOrNull(null)).toBe('null');
  });

  it('print alike from their bytes, wherever these lie and however often they come', () => {
    fc.assert(
      fc.property(anyText, fc.nat(9), (text, before) => {
        const bytes = Buffer.concat([Buffer.alloc(before, 0x22), Buffer.from(text), Buffer.from('"x')]);
        const decoded = Buffer.from(text).toString();
        for (let time = 0; time < 2; time += 1) {
          expect(jsonTextAt(bytes, before, bytes.length - 2)).toBe(jsonText(decoded));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('print U+FFFD for bytes that are no UTF-8', () => {
    const long = Buffer.concat([Buffer.alloc(60, 0x61), Buffer.from([0xff])]);
    expect(jsonTextAt(Uint8Array.from([0xc3]), 0, 1)).toBe('"\ufffd"');
    expect(jsonTextAt(long, 0, long.length)).toBe(`"${'a'.repeat(60)}\ufffd"`);
  });
});

describe('numbers', () => {
  const near = fc.constantFrom(0, 9_999, 10_000, 10_001, 4e15 - 1, 4e15, 4e15 + 2, 2 ** 53, 1e21);
  const whole = fc.oneof(fc.maxSafeInteger(), fc.maxSafeNat(), fc.integer(), near);

  it('print as JavaScript prints them', () => {
    fc.assert(
      fc.property(fc.oneof(whole, fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
        expect(jsonNumber(value)).toBe(Object.is(value, -0) ? '-0.0' : String(value));
      }),
      { numRuns: 10_000 },
    );
    // All last digits that one beginning can have, and the beginnings around a carry.
    for (let value = 1_789_999_999_990_000; value < 1_790_000_000_010_000; value += 1) {
      if (jsonNumber(value) !== String(value)) throw new Error(`${value} prints as ${jsonNumber(value)}`);
    }
    expect([Number.NaN, -Infinity].map(jsonNumber)).toEqual(['"NaN"', '"-Infinity"']);
    expect([jsonNumberOrNull(null), jsonNumberOrNull(7)]).toEqual(['null', '7']);
  });

  it('of 64 bits print with all their digits', () => {
    const around = [0n, 2n ** 31n, 2n ** 32n, 2n ** 52n, 2n ** 53n, 2n ** 63n - 1n, 10_000n, 4_000_000_000_000_000n];
    const edges = around.flatMap((value) => [value - 1n, value, -value, -value - 1n, -value + 1n]);
    const any = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger().map(BigInt));
    const print = (value: bigint) => {
      const bytes = Buffer.alloc(9);
      bytes.writeBigInt64BE(value, 1);
      return jsonInt64At(bytes, 1);
    };
    for (const value of edges) expect(print(value)).toBe(String(value));
    fc.assert(
      fc.property(any, (value) => {
        expect(print(value)).toBe(String(value));
      }),
    );
  });
});

it('bytes print as standard base64', () => {
  const bytes = Uint8Array.from([1, 0xfb, 0xff, 0xfe, 2]);
  expect(jsonBase64(bytes.subarray(1, 4))).toBe('"+//+"');
  expect(jsonBase64At(bytes, 1, 4)).toBe('"+//+"');
  expect(jsonBase64At(bytes, 1, 1)).toBe('""');
});
