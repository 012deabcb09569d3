import { Readable } from 'node:stream';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../src/capture/decompress.ts';
import { piecesOf, readBytes } from './read-bytes.ts';
import { apiVersionsRequest, apiVersionsResponse, Dialogue, pcapBytes } from './synthetic-capture.ts';

async function through(bytes: Uint8Array, pieceBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompress(Readable.from(piecesOf(bytes, pieceBytes)))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const plain = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index) % 251));

describe('decompress', () => {
  for (const pieceBytes of [1, 3, 4_096]) {
    it(`passes plain, gzip and zstd bytes on in pieces of ${pieceBytes}`, async () => {
      const input = pieceBytes < 10 ? plain.subarray(0, 20_000) : plain;
      expect((await through(input, pieceBytes)).equals(input)).toBe(true);
      expect((await through(gzipSync(input), pieceBytes)).equals(input)).toBe(true);
      expect((await through(zstdCompressSync(input), pieceBytes)).equals(input)).toBe(true);
    });
  }

  it('copies what a decompressor keeps: its reader fills the chunk again', async () => {
    const packed = gzipSync(plain);
    async function* reused(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(97);
      for (let at = 0; at < packed.length; at += buffer.length) {
        const piece = packed.subarray(at, at + buffer.length);
        buffer.fill(0);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of decompress(reused())) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(plain)).toBe(true);
  });

  it('reads two gzip members one after the other, as `cat a.gz b.gz` makes them', async () => {
    expect((await through(Buffer.concat([gzipSync('one'), gzipSync('two')]), 5)).toString()).toBe('onetwo');
  });

  it('passes less than a magic number on', async () => {
    expect((await through(Buffer.from('ab'), 1)).toString()).toBe('ab');
    expect((await through(Buffer.from(''), 1)).length).toBe(0);
  });
});

describe('a damaged compressed capture', () => {
  const dialogue = new Dialogue('10.0.0.1:40000', '10.0.0.2:9092').open();
  for (let id = 0; id < 3_000; id += 1) {
    dialogue.client(apiVersionsRequest((id * 2_654_435_761) | 0)).broker(apiVersionsResponse((id * 2_654_435_761) | 0));
  }
  const capture = pcapBytes(dialogue.packets);

  for (const [name, compressed] of [
    ['gzip', gzipSync(capture)],
    // With the checksum that the zstd program writes by default, and Node's does not.
    ['zstd', zstdCompressSync(capture, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
  ] as const) {
    it(`${name}: cut, it gives what was before the cut`, async () => {
      const { stats } = await readBytes(compressed.subarray(0, compressed.length - 20));
      expect(stats.damage?.code).toBe('KS_CAPTURE_TRUNCATED');
      expect(stats.packets).toBeGreaterThan(1_000);
      expect(stats.fileBytes).toBe(compressed.length - 20);
    });

    it(`${name}: broken in the middle, it says so`, async () => {
      const broken = Buffer.from(compressed);
      broken.fill(0x55, broken.length >> 1, (broken.length >> 1) + 400);
      const { stats } = await readBytes(broken);
      expect(['KS_CAPTURE_COMPRESSION', 'KS_CAPTURE_DAMAGED', 'KS_CAPTURE_TRUNCATED']).toContain(stats.damage?.code);
    });
  }
});
