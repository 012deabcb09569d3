import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { chunkBytesFor } from '../../../src/records/codecs/chunk-size.ts';
import { uncompressGzip } from '../../../src/records/codecs/gzip.ts';
import { uncompressZstd, zstdFrameEnds } from '../../../src/records/codecs/zstd.ts';

it('holds the expected output in one chunk, within reason', () => {
  expect(chunkBytesFor(0)).toBe(16 * 1024);
  expect(chunkBytesFor(200_000)).toBeGreaterThan(200_000);
  expect(chunkBytesFor(0xffff_ffff)).toBe(1024 * 1024);
});

it('is an estimate only: outputs of any size follow each other, and a trailer may lie', () => {
  for (const bytes of [3_000_000, 10, 16_384, 200_000, 1_048_576, 0, 70_000]) {
    const input = Buffer.alloc(bytes, 'kafka');
    expect(Buffer.compare(uncompressGzip(gzipSync(input), 4_000_000), input)).toBe(0);
    const frame = zstdCompressSync(input);
    expect(Buffer.compare(uncompressZstd(frame, zstdFrameEnds(frame), 4_000_000), input)).toBe(0);
  }
  // Two members: the trailer tells the size of the second alone.
  const two = Buffer.concat([gzipSync(Buffer.alloc(500_000)), gzipSync(Buffer.from('x'))]);
  expect(uncompressGzip(two, 4_000_000).length).toBe(500_001);
});
