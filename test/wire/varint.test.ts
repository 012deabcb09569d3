import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reader } from '../../src/wire/reader.ts';
import { uvarintBytes, uvarintBytesMax, writeUvarint } from '../../src/wire/varint.ts';

test('what is written takes the announced bytes and reads back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0x7fffffff }), (value) => {
      const bytes = new Uint8Array(uvarintBytesMax);
      const end = writeUvarint(bytes, 0, value);
      expect(end).toBe(uvarintBytes(value));
      expect(new Reader(bytes.subarray(0, end)).uvarint()).toBe(value);
    }),
  );
});

test.each([
  [0, '00'],
  [127, '7f'],
  [128, '8001'],
  [16_383, 'ff7f'],
  [16_384, '808001'],
  [0x7fffffff, 'ffffffff07'],
  [0xffffffff, 'ffffffff0f'],
])('%i is %s', (value, hex) => {
  const bytes = new Uint8Array(uvarintBytes(value));
  writeUvarint(bytes, 0, value);
  expect(Buffer.from(bytes).toString('hex')).toBe(hex);
});
