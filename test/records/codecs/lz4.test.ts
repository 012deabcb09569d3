import { describe, expect, it } from 'vitest';
import { compressLz4, uncompressLz4 } from '../../../src/records/codecs/lz4.ts';
import { compressLz4Block } from '../../../src/records/codecs/lz4-block.ts';
import { xxhash32 } from '../../../src/records/codecs/xxhash32.ts';
import { failureOf } from './payloads.ts';

const read = (bytes: Uint8Array, outputBytesMax = 10_000_000) => uncompressLz4(bytes, outputBytesMax, true);
const uint32 = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const endMark = [0, 0, 0, 0];

/** Frame header, field by field: magic, FLG, BD, content size, checksum of FLG to content size. */
function header(flags: number, blockCode = 4, contentSize: number[] = []): number[] {
  const descriptor = Uint8Array.of(flags, blockCode << 4, ...contentSize);
  return [0x04, 0x22, 0x4d, 0x18, ...descriptor, (xxhash32(descriptor) >>> 8) & 0xff];
}

const independent = 0x60;
const linked = 0x40;
const stored = (...bytes: number[]) => [...uint32(0x80000000 + bytes.length), ...bytes];
const packed = (...bytes: number[]) => [...uint32(bytes.length), ...bytes];

describe('LZ4 frames', () => {
  it('are written as Java does: 64 KiB independent blocks, header checksum right or, for magic 0, wrong', () => {
    const bytes = new Uint8Array(100_000).fill(3);
    expect(Buffer.from(compressLz4(bytes, true).subarray(0, 7)).toString('hex')).toBe('04224d18604082');
    // 1a: what the golden magic 0 messages have.
    expect(Buffer.from(compressLz4(bytes, false).subarray(0, 7)).toString('hex')).toBe('04224d1860401a');
    expect(read(compressLz4(bytes, true))).toEqual(bytes);
  });

  it('store what does not compress', () => {
    let seed = 1;
    const noise = Uint8Array.from({ length: 70_000 }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 24;
    });
    const frame = compressLz4(noise, true);
    expect(frame.length).toBe(7 + 4 + 65_536 + 4 + (70_000 - 65_536) + 4);
    expect(read(frame)).toEqual(noise);
  });

  it('with the wrong header checksum are read only where magic 0 asks for it', () => {
    const frame = compressLz4(new Uint8Array(9), false);
    expect(uncompressLz4(frame, 100, false).length).toBe(9);
    expect(failureOf(() => read(frame))).toBe('bad-checksum');
  });

  it('with content size, block and content checksums are read', () => {
    const block = [...compressLz4Block(new Uint8Array(50).fill(1), 0, 50)];
    const contentSize = [50, 0, 0, 0, 0, 0, 0, 0];
    const frame = Uint8Array.from([
      ...header(independent | 0x10 | 0x08 | 0x04, 7, contentSize),
      ...packed(...block),
      ...uint32(xxhash32(Uint8Array.from(block))),
      ...endMark,
      ...uint32(0x12345678),
    ]);
    expect(read(frame)).toEqual(new Uint8Array(50).fill(1));
    frame[20] = (frame[20] ?? 0) ^ 1;
    expect(failureOf(() => read(frame))).toBe('bad-checksum');
  });

  it('of linked blocks are read, of independent ones that reach back they are not', () => {
    const reachBack = [...stored(1, 2, 3, 4), ...packed(0x00, 4, 0, 0x10, 9), ...endMark];
    expect(read(Uint8Array.from([...header(linked), ...reachBack]))).toEqual(Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4, 9));
    expect(failureOf(() => read(Uint8Array.from([...header(independent), ...reachBack])))).toBe('bad-compression');
  });

  it('end at their end mark', () => {
    const frame = Uint8Array.from([...header(independent), ...stored(1), ...endMark, 9, 9]);
    expect(read(frame)).toEqual(Uint8Array.of(1));
  });

  it.each<[string, number[], string]>([
    ['no magic', [1, 2, 3, 4, 5, 6, 7], 'bad-compression'],
    ['another version', header(0x20), 'bad-compression'],
    ['a dictionary', header(independent | 0x01), 'bad-compression'],
    ['an undefined block size', header(independent, 3), 'bad-compression'],
    ['a block larger than the frame allows', [...header(independent), ...uint32(65_537)], 'bad-size'],
    [
      'a block that yields more than the frame allows',
      [...header(independent), ...packed(0x1f, 1, 1, 0, ...Array<number>(258).fill(255), 0, 0x10, 1), ...endMark],
      'bad-compression',
    ],
    ['a malformed block', [...header(independent), ...packed(0x10, 1, 9, 0), ...endMark], 'bad-compression'],
    ['a block that is cut', [...header(independent), ...uint32(20), 1, 2, 3], 'truncated'],
    ['no end mark', [...header(independent), ...stored(1, 2)], 'truncated'],
  ])('with %s are refused', (_what, bytes, code) => {
    expect(failureOf(() => read(Uint8Array.from(bytes)))).toBe(code);
  });

  it('cut anywhere are truncated', () => {
    const frame = compressLz4(new Uint8Array(3000).fill(8), true);
    for (let cut = 0; cut < frame.length; cut += 1) {
      expect(failureOf(() => read(frame.subarray(0, cut)))).toBe('truncated');
    }
  });

  it('stop at the limit, packed or stored, and not before', () => {
    const frame = compressLz4(new Uint8Array(300_000), true);
    expect(failureOf(() => read(frame, 299_999))).toBe('limit');
    expect(read(frame, 300_000).length).toBe(300_000);
    const kept = Uint8Array.from([...header(independent), ...stored(1, 2, 3), ...endMark]);
    expect(failureOf(() => read(kept, 2))).toBe('limit');
    expect(read(kept, 3).length).toBe(3);
  });
});
