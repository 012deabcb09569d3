import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitString, DerTag, der, objectId, sequence, time, unsignedInteger, utf8String } from '../../src/proxy/der.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('known encodings (X.690)', () => {
  expect(hex(objectId('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302');
  expect(hex(objectId('2.5.29.17'))).toBe('0603551d11');
  expect(hex(unsignedInteger(Uint8Array.of(0, 0, 0x80)))).toBe('02020080');
  expect(hex(unsignedInteger(Uint8Array.of(0)))).toBe('020100');
  expect(hex(unsignedInteger(Uint8Array.of(0x7f)))).toBe('02017f');
  expect(hex(sequence(utf8String('é'), bitString(Uint8Array.of(6), 1)))).toBe('30080c02c3a903020106');
  expect(Buffer.from(time(Date.UTC(2049, 11, 31, 23, 59, 59))).toString('latin1', 2)).toBe('491231235959Z');
  expect(Buffer.from(time(Date.UTC(2050, 0, 1))).toString('latin1', 2)).toBe('20500101000000Z');
});

test('the length in front is the length behind, in the shortest form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
      const bytes = der(DerTag.OctetString, new Uint8Array(length));
      const prefix = bytes.length - length - 1;
      expect(prefix).toBe(length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 4);
      const read = length < 0x80 ? (bytes[1] ?? -1) : Buffer.from(bytes).readUIntBE(2, prefix - 1);
      expect(read).toBe(length);
    }),
  );
});
