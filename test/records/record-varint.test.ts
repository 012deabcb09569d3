import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUnsigned, readVarint, readVarlong } from '../../src/records/record-varint.ts';
import { RecordWriter } from '../../src/records/record-writer.ts';
import { Reader } from '../../src/wire/reader.ts';

describe('varints of records', () => {
  it('read what the record writer writes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (int, long) => {
        const writer = new RecordWriter();
        writer.varint(int);
        writer.varlong(long);
        const reader = new Reader(writer.written());
        expect([readVarint(reader), readVarlong(reader), reader.remaining]).toEqual([int, long, 0]);
      }),
    );
  });

  it('fail the reader on a varint without end', () => {
    const reader = new Reader(new Uint8Array(12).fill(0xff));
    expect(readVarint(reader)).toBe(0);
    expect([reader.failure, reader.failureDetail]).toEqual(['malformed', 'a varint of more than 5 bytes']);
    const cut = new Reader(new Uint8Array([0x80]));
    expect([readUnsigned(cut), cut.failure]).toEqual([0n, 'truncated']);
    expect(readVarlong(cut)).toBe(0n);
  });
});
