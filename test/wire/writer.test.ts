import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reader } from '../../src/wire/reader.ts';
import { Writer } from '../../src/wire/writer.ts';

test('every form reads back', () => {
  const values = fc.record({
    int8: fc.integer({ min: -128, max: 127 }),
    int16: fc.integer({ min: -32_768, max: 32_767 }),
    uint16: fc.nat({ max: 65_535 }),
    int32: fc.integer(),
    uint32: fc.nat({ max: 0xffffffff }),
    int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    float64: fc.double({ noNaN: true }),
    uvarint: fc.nat(),
    text: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(values, (value) => {
      const writer = new Writer();
      const size = Buffer.byteLength(value.text);
      writer.int8(value.int8);
      writer.int16(value.int16);
      writer.uint16(value.uint16);
      writer.int32(value.int32);
      writer.uint32(value.uint32);
      writer.int64(value.int64);
      writer.float64(value.float64);
      writer.uvarint(value.uvarint);
      writer.text(value.text, size);
      const reader = new Reader(writer.toBytes());
      const read = {
        int8: reader.int8(),
        int16: reader.int16(),
        uint16: reader.uint16(),
        int32: reader.int32(),
        uint32: reader.uint32(),
        int64: reader.int64(),
        float64: reader.float64(),
        uvarint: reader.uvarint(),
        text: reader.text(size),
      };
      expect(read).toEqual(value);
      expect(reader.remaining).toBe(0);
    }),
  );
});

test('it grows beyond its first buffer and hands out exactly what was written', () => {
  const writer = new Writer();
  const block = new Uint8Array(1_000).fill(7);
  for (let index = 0; index < 100; index += 1) writer.bytes(block);
  expect(writer.length).toBe(100_000);
  expect(writer.toBytes()).toEqual(new Uint8Array(100_000).fill(7));
});

test('a size is put before what was written, whatever its own width', () => {
  for (const size of [0, 1, 127, 128, 16_384]) {
    const writer = new Writer();
    writer.int8(1);
    const start = writer.length;
    writer.bytes(new Uint8Array(size).fill(9));
    writer.insertUvarint(start, size);
    const reader = new Reader(writer.toBytes());
    expect(reader.int8()).toBe(1);
    expect(reader.uvarint()).toBe(size);
    expect(reader.slice(size)).toEqual(new Uint8Array(size).fill(9));
    expect(reader.remaining).toBe(0);
  }
});
