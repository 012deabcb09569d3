import { describe, expect, it } from 'vitest';
import { compressSnappy, uncompressSnappy } from '../../../src/records/codecs/snappy.ts';
import { failureOf } from './payloads.ts';
import { snappyjs } from './snappyjs.ts';

const bytes = new Uint8Array(Buffer.from('snappy in Kafka comes in two ways. '.repeat(3000)));
const framed = compressSnappy(bytes);
const read = (input: Uint8Array, outputBytesMax = 1_000_000) => uncompressSnappy(input, outputBytesMax);

describe('snappy', () => {
  it('is written as Java frames it: magic, versions, then blocks of at most 32 KiB', () => {
    expect(Buffer.from(framed.subarray(0, 16)).toString('hex')).toBe('82534e4150505900' + '00000001' + '00000001');
    const size = Buffer.from(framed).readInt32BE(16);
    expect(snappyjs.uncompress(framed.subarray(20, 20 + size)).length).toBe(32 * 1024);
  });

  it('is read framed, raw, and joined from several streams', () => {
    expect(Buffer.compare(read(framed), bytes)).toBe(0);
    expect(Buffer.compare(read(snappyjs.compress(bytes)), bytes)).toBe(0);
    expect(read(Buffer.concat([framed, framed])).length).toBe(bytes.length * 2);
    expect(read(framed.subarray(0, 16)).length).toBe(0);
  });

  it('says truncated, bad or too large', () => {
    expect(failureOf(() => read(framed.subarray(0, 18)))).toBe('truncated');
    expect(failureOf(() => read(framed.subarray(0, -1)))).toBe('truncated');
    expect(failureOf(() => read(new Uint8Array(0)))).toBe('bad-compression');
    expect(failureOf(() => read(Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toBe('bad-compression');
    const negative = new Uint8Array(framed);
    negative[16] = 0xff;
    expect(failureOf(() => read(negative))).toBe('bad-size');
    const broken = new Uint8Array(framed);
    broken.fill(0xff, 30, 60);
    expect(failureOf(() => read(broken))).toBe('bad-compression');
    expect(failureOf(() => read(framed, bytes.length - 1))).toBe('limit');
    expect(failureOf(() => read(snappyjs.compress(bytes), bytes.length - 1))).toBe('limit');
    expect(read(framed, bytes.length).length).toBe(bytes.length);
  });
});
