import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockMalformed,
  blockTooLarge,
  compressLz4Block,
  uncompressLz4Block,
} from '../../../src/records/codecs/lz4-block.ts';
import { payloads } from './payloads.ts';

/** Uncompresses `block` into `room` bytes behind `window`; the code where that fails. */
function read(block: Uint8Array, room: number, window = new Uint8Array(0)): Uint8Array | number {
  const output = new Uint8Array(window.length + room);
  output.set(window);
  const end = uncompressLz4Block(block, 0, block.length, output, window.length, output.length, 0);
  return end < 0 ? end : output.slice(window.length, end);
}

const block = (...bytes: number[]) => Uint8Array.from(bytes);

describe('LZ4 blocks', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(payloads, (bytes) => {
        const output = read(compressLz4Block(bytes, 0, bytes.length), bytes.length);
        expect(typeof output === 'number' ? output : Buffer.compare(output, bytes)).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  it('end with literals as the format wants: the last 5 bytes, no match in the last 12', () => {
    const packed = compressLz4Block(new Uint8Array(100).fill(5), 0, 100);
    // literal 5, match of 1 back over 94, then five literals
    expect([...packed]).toEqual([0x1f, 5, 1, 0, 94 - 4 - 15, 0x50, 5, 5, 5, 5, 5]);
  });

  it('may overlap, and reach back into earlier output where that is allowed', () => {
    expect(read(block(0x22, 1, 2, 2, 0, 0x10, 9), 9)).toEqual(block(1, 2, 1, 2, 1, 2, 1, 2, 9));
    expect(read(block(0x00, 3, 0, 0x10, 9), 5, block(7, 8, 9))).toEqual(block(7, 8, 9, 7, 9));
  });

  it('reads lengths beyond 15 and 255', () => {
    const literals = new Uint8Array(15 + 255 + 3).fill(4);
    expect(read(block(0xf0, 255, 3, ...literals), 300)).toEqual(literals);
    const run = read(block(0x1f, 4, 1, 0, 255, 0, 0x10, 6), 1 + 15 + 255 + 4 + 1);
    expect(run).toEqual(block(...new Uint8Array(1 + 15 + 255 + 4).fill(4), 6));
  });

  it.each([
    ['nothing', [], blockMalformed],
    ['literals that are cut', [0x30, 1, 2], blockMalformed],
    ['a literal length that is cut', [0xf0, 255], blockMalformed],
    ['an offset that is cut', [0x10, 1, 1], blockMalformed],
    ['offset 0', [0x10, 1, 0, 0, 0x10, 1], blockMalformed],
    ['an offset before the start', [0x10, 1, 2, 0, 0x10, 1], blockMalformed],
    ['a match length that is cut', [0x1f, 1, 1, 0], blockMalformed],
    ['a match at its end', [0x10, 1, 1, 0], blockMalformed],
    ['too many literals', [0xf0, 6, ...new Uint8Array(21)], blockTooLarge],
    ['too long a match', [0x1f, 1, 1, 0, 9, 0x10, 1], blockTooLarge],
  ])('with %s are refused', (_what, bytes, expected) => {
    expect(read(Uint8Array.from(bytes), 20)).toBe(expected);
  });
});
