import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compressSnappyBlock,
  readSnappyPreamble,
  uncompressSnappyBlock,
} from '../../../src/records/codecs/snappy-block.ts';
import { payloads } from './payloads.ts';
import { snappyjs } from './snappyjs.ts';

/** Uncompresses a whole block; null when it is refused. */
function read(block: Uint8Array): Uint8Array | null {
  const preamble = readSnappyPreamble(block, 0, block.length);
  if (preamble === null) return null;
  const output = new Uint8Array(preamble.uncompressedBytes);
  return uncompressSnappyBlock(block, preamble.elementsAt, block.length, output, 0, output.length) ? output : null;
}

const literal = (...bytes: number[]) => [(bytes.length - 1) << 2, ...bytes];

describe('snappy blocks', () => {
  it('of another writer are read', () => {
    fc.assert(
      fc.property(payloads, (bytes) => {
        expect(Buffer.compare(read(snappyjs.compress(bytes)) ?? new Uint8Array(1), bytes)).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  it('of ours are read by another reader', () => {
    fc.assert(
      fc.property(payloads, (bytes) => {
        const input = bytes.subarray(0, 65_536);
        const block = compressSnappyBlock(input, 0, input.length);
        expect(Buffer.compare(snappyjs.uncompress(block), input)).toBe(0);
        expect(Buffer.compare(read(block) ?? new Uint8Array(1), input)).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  it('may refer back with one, two and four offset bytes, and overlap', () => {
    const start = literal(1, 2, 3);
    const oneByte = [((5 - 4) << 2) | 1, 3];
    const twoBytes = [((4 - 1) << 2) | 2, 1, 0];
    const fourBytes = [((3 - 1) << 2) | 3, 12, 0, 0, 0];
    expect(read(Uint8Array.of(15, ...start, ...oneByte, ...twoBytes, ...fourBytes))).toEqual(
      Uint8Array.of(1, 2, 3, 1, 2, 3, 1, 2, 2, 2, 2, 2, 1, 2, 3),
    );
  });

  it.each([
    ['nothing at all', []],
    ['a length that is cut', [0x80]],
    ['a length of more than five bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a length the bytes cannot yield', [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x41]],
    ['less than announced', [10, ...literal(65)]],
    ['more than announced', [1, ...literal(65, 66)]],
    ['a literal that is cut', [3, 2 << 2, 65]],
    ['a literal length that is cut', [3, 61 << 2, 65]],
    // snappyjs goes round for ever on this one: the length is negative in 32-bit arithmetic.
    ['a literal of almost 4 GiB', [100, ...literal(1, 2, 3, 4, 5, 6, 7), 0xfc, 0xfa, 0xff, 0xff, 0xff, 1, 1, 1]],
    ['a reference to nothing', [4, 1, 0]],
    ['a reference before the start', [6, ...literal(65, 66), 1, 3]],
    ['a reference more than 2 GiB back', [6, ...literal(65, 66), (3 << 2) | 3, 1, 0, 0, 0x80]],
    ['a reference that is cut (1)', [6, ...literal(65, 66), 1]],
    ['a reference that is cut (2)', [6, ...literal(65, 66), 2, 1]],
    ['a reference that is cut (4)', [6, ...literal(65, 66), 3, 1, 0, 0]],
    ['a reference beyond the end', [3, ...literal(65, 66), 1, 1]],
  ])('with %s are refused', (_what, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBeNull();
  });
});
