import { describe, expect, it } from 'vitest';
import { xxhash32 } from '../../../src/records/codecs/xxhash32.ts';

describe('xxhash32', () => {
  // Values of the reference implementation (`xxhsum -H32`), seed 0.
  it.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['abcd', 0xa3643705],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('of %j', (text, expected) => {
    expect(xxhash32(Buffer.from(text))).toBe(expected);
  });

  it('takes a part of the bytes', () => {
    expect(xxhash32(Buffer.from('--abc--'), 2, 5)).toBe(0x32d153ff);
  });
});
