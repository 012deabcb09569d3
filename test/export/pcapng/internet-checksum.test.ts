import fc from 'fast-check';
import { expect, it } from 'vitest';
import { internetChecksum } from '../../../src/export/pcapng/internet-checksum.ts';

/** RFC 1071 word by word. */
function slow(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return ~sum & 0xffff;
}

it('is that of an IPv4 header that every reader accepts', () => {
  const header = Buffer.from('45000073000040004011' + '0000' + 'c0a80001c0a800c7', 'hex');
  const words = new Uint32Array(new Uint8Array(header).buffer);
  expect(internetChecksum(words, 0, 5)).toBe(0xb861);
});

it('agrees with the slow way for any bytes, also over many folds, and goes on from a partial sum', () => {
  const anyBytes = fc.uint8Array({ minLength: 4, maxLength: 400 });
  fc.assert(
    fc.property(anyBytes, fc.integer({ min: 1, max: 300 }), (seed, times) => {
      const bytes = new Uint8Array(Math.ceil((seed.length * times) / 4) * 4);
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = seed[at % seed.length] ?? 0;
      const words = new Uint32Array(bytes.buffer);
      const expected = slow(bytes);
      // 0000 and ffff are the same number in one's complement.
      expect(internetChecksum(words, 0, words.length) % 0xffff).toBe(expected % 0xffff);
      const head = ((bytes[0] ?? 0) << 8) + (bytes[1] ?? 0) + ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0);
      expect(internetChecksum(words, 1, words.length, head) % 0xffff).toBe(expected % 0xffff);
    }),
    { numRuns: 50 },
  );
});
