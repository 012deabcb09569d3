import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressZstd, uncompressZstd, zstdFrameEnds } from '../../../src/records/codecs/zstd.ts';
import { failureOf } from './payloads.ts';

const one = compressZstd(new Uint8Array(5000).fill(7));
const noise = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >>> 3)) & 0xff);
const large = zstdCompressSync(noise);
const read = (bytes: Uint8Array, outputBytesMax = 1_000_000) =>
  uncompressZstd(bytes, zstdFrameEnds(bytes), outputBytesMax);

/** A skippable frame (RFC 8878 §3.1.2) of three bytes. */
const skippable = Uint8Array.of(0x55, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);

describe('zstd', () => {
  it('reads every frame, not only the first as node:zlib does', () => {
    const both = Buffer.concat([one, large, one]);
    expect(zstdFrameEnds(both)).toEqual([one.length, one.length + large.length, both.length]);
    expect(read(both).length).toBe(310_000);
  });

  it('finds the end of frames with and without checksum, content size and several blocks', () => {
    for (const checksum of [0, 1]) {
      for (const contentSize of [0, 1]) {
        for (const bytes of [new Uint8Array(0), new Uint8Array(9), new Uint8Array(200_000), noise]) {
          const frame = zstdCompressSync(bytes, {
            params: { [constants.ZSTD_c_checksumFlag]: checksum, [constants.ZSTD_c_contentSizeFlag]: contentSize },
          });
          expect(zstdFrameEnds(frame)).toEqual([frame.length]);
          expect(Buffer.compare(read(Buffer.concat([frame, one])).subarray(0, bytes.length), bytes)).toBe(0);
        }
      }
    }
  });

  it('skips skippable frames', () => {
    expect(read(Buffer.concat([skippable, one])).length).toBe(5000);
  });

  it('says truncated, bad or too large', () => {
    for (let cut = 0; cut < one.length; cut += 1) expect(failureOf(() => read(one.subarray(0, cut)))).toBe('truncated');
    expect(failureOf(() => read(Buffer.from('no zstd at all')))).toBe('bad-compression');
    expect(failureOf(() => read(Buffer.concat([one, Uint8Array.of(1, 2, 3, 4)])))).toBe('bad-compression');
    expect(failureOf(() => read(one, 4999))).toBe('limit');
    expect(failureOf(() => read(Buffer.concat([one, one]), 9999))).toBe('limit');
  });
});
