import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCursor } from '../../src/records/record-cursor.ts';
import { RecordsFailure } from '../../src/records/record-limits.ts';
import { RecordWriter } from '../../src/records/record-writer.ts';

const over = (...bytes: number[]): RecordCursor => new RecordCursor(Uint8Array.from(bytes), 0, bytes.length);

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof RecordsFailure) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('RecordCursor', () => {
  it.each([
    [[0x00], 0],
    [[0x01], -1],
    [[0x02], 1],
    [[0x7f], -64],
    [[0x80, 0x01], 64],
    [[0xfe, 0xff, 0xff, 0xff, 0x0f], 2147483647],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], -2147483648],
  ])('reads the varint %j as %i', (bytes, expected) => {
    expect(over(...bytes).varint()).toBe(expected);
    expect(Number(over(...bytes).varlong())).toBe(expected);
  });

  it('reads what the writer wrote', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (small, large) => {
        const writer = new RecordWriter();
        writer.varint(small);
        writer.varlong(large);
        const bytes = writer.written();
        const cursor = new RecordCursor(bytes, 0, bytes.length);
        expect([cursor.varint(), BigInt(cursor.varlong()), cursor.at]).toEqual([small, large, bytes.length]);
      }),
    );
  });

  it('refuses varints that are too long or cut', () => {
    expect(codeOf(() => over(0x80, 0x80, 0x80, 0x80, 0x80, 0x00).varint())).toBe('malformed-record');
    expect(codeOf(() => over(...Array<number>(10).fill(0x80), 0).varlong())).toBe('malformed-record');
    expect(codeOf(() => over(0x80).varint())).toBe('truncated');
    expect(codeOf(() => over(0x80, 0x80, 0x80, 0x80, 0x80).varlong())).toBe('truncated');
  });

  it('takes byte strings as views, and never beyond its end', () => {
    const bytes = Uint8Array.of(4, 0x61, 0x62, 0x01, 0x06, 0x63);
    const cursor = new RecordCursor(bytes, 0, bytes.length);
    expect(cursor.nullableBytes()?.buffer).toBe(bytes.buffer);
    expect(cursor.nullableBytes()).toBeNull();
    expect(codeOf(() => cursor.nullableBytes())).toBe('malformed-record');
    cursor.at = 0;
    cursor.end = 2;
    expect(codeOf(() => cursor.nullableBytes())).toBe('malformed-record');
  });

  it('reads text, which must have a length', () => {
    expect(over(6, 0xe2, 0x82, 0xac).text()).toBe('€');
    expect(over(0).text()).toBe('');
    expect(codeOf(() => over(0x01).text())).toBe('malformed-record');
  });
});
