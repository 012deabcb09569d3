import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  int32FieldBytes,
  type Replacement,
  type SizedRange,
  spliceFrame,
  stringFieldBytes,
  uvarintBytes,
} from '../../src/protocol/splice.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe('encodings', () => {
  test('an unsigned varint takes as few bytes as it can', () => {
    expect(hex(uvarintBytes(0))).toBe('00');
    expect(hex(uvarintBytes(127))).toBe('7f');
    expect(hex(uvarintBytes(128))).toBe('8001');
    expect(hex(uvarintBytes(16_383))).toBe('ff7f');
    expect(hex(uvarintBytes(16_384))).toBe('808001');
    expect(hex(uvarintBytes(0xffffffff))).toBe('ffffffff0f');
  });

  test('a host is prefixed by int16, or by uvarint length + 1', () => {
    expect(hex(stringFieldBytes('ab', false))).toBe('00026162');
    expect(hex(stringFieldBytes('ab', true))).toBe('036162');
    expect(hex(stringFieldBytes('é', true))).toBe('03c3a9');
    expect(hex(stringFieldBytes('h'.repeat(127), true).subarray(0, 3))).toBe('800168');
  });

  test('a port is a big-endian int32', () => {
    expect(hex(int32FieldBytes(9092))).toBe('00002384');
    expect(hex(int32FieldBytes(-1))).toBe('ffffffff');
  });
});

/** Builds the expected payload the slow way: byte by byte. */
function naive(payload: Uint8Array, edits: readonly Replacement[]): number[] {
  const made: number[] = [];
  for (let at = 0; at <= payload.length; at += 1) {
    for (const edit of edits) if (edit.start === at) made.push(...edit.bytes);
    const inside = edits.some((edit) => at >= edit.start && at < edit.end);
    if (at < payload.length && !inside) made.push(payload[at] ?? 0);
  }
  return made;
}

describe('spliceFrame', () => {
  test('without replacements it is the payload behind its size', () => {
    expect(hex(spliceFrame(bytes(1, 2, 3), [], []))).toBe('00000003010203');
  });

  test('any replacements give what replacing byte by byte gives', () => {
    const input = fc.record({
      payload: fc.uint8Array({ maxLength: 60 }),
      cuts: fc.array(fc.nat(60), { maxLength: 8 }),
      news: fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 4, maxLength: 4 }),
    });
    fc.assert(
      fc.property(input, ({ payload, cuts, news }) => {
        const points = [...new Set(cuts.filter((cut) => cut <= payload.length))].sort((a, b) => a - b);
        const edits: Replacement[] = [];
        for (let index = 0; index + 1 < points.length; index += 2) {
          edits.push({
            start: points[index] ?? 0,
            end: points[index + 1] ?? 0,
            bytes: news[(index / 2) % 4] ?? bytes(),
          });
        }
        const frame = spliceFrame(payload, edits, []);
        expect([...frame.subarray(4)]).toEqual(naive(payload, edits));
        expect(new DataView(frame.buffer).getInt32(0)).toBe(frame.length - 4);
      }),
    );
  });

  test('the size of an enclosing tagged field follows, and grows to two bytes past 127', () => {
    // size 3 | a b c, where b becomes 126 bytes: 128 in all
    const range: SizedRange = { sizeStart: 0, sizeEnd: 1, contentEnd: 4 };
    const edit: Replacement = { start: 2, end: 3, bytes: new Uint8Array(126).fill(0x62) };
    const frame = spliceFrame(bytes(3, 0x61, 0x62, 0x63), [edit], [range]);
    expect(hex(frame.subarray(0, 7))).toBe(`${hex(int32FieldBytes(130))}800161`);
    expect(frame.length).toBe(4 + 130);
  });

  test('an inner size that grows makes the outer grow by one byte more', () => {
    // outer size 129 (2 bytes) | inner size 127 | 127 bytes | 1 byte behind it
    const payload = new Uint8Array(2 + 1 + 127 + 1);
    payload.set([0x81, 0x01, 0x7f]);
    const outer: SizedRange = { sizeStart: 0, sizeEnd: 2, contentEnd: 131 };
    const inner: SizedRange = { sizeStart: 2, sizeEnd: 3, contentEnd: 130 };
    const edit: Replacement = { start: 3, end: 4, bytes: bytes(1, 2) };
    const frame = spliceFrame(payload, [edit], [outer, inner]);
    expect(hex(frame.subarray(0, 10))).toBe(`${hex(int32FieldBytes(133))}8301${'8001'}0102`);
  });

  test('a size that does not change keeps its bytes, however they were written', () => {
    const range: SizedRange = { sizeStart: 0, sizeEnd: 2, contentEnd: 4 };
    const frame = spliceFrame(bytes(0x82, 0x00, 7, 8), [{ start: 2, end: 3, bytes: bytes(9) }], [range]);
    expect(hex(frame)).toBe('0000000482000908');
  });
});
