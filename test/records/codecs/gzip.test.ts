import { describe, expect, it } from 'vitest';
import { compressGzip, uncompressGzip } from '../../../src/records/codecs/gzip.ts';
import { failureOf } from './payloads.ts';

const packed = compressGzip(new Uint8Array(5000).fill(7));

describe('gzip', () => {
  it('reads members to the end of the input', () => {
    expect(uncompressGzip(Buffer.concat([packed, packed]), 10_000).length).toBe(10_000);
  });

  it('says truncated, bad or too large', () => {
    expect(failureOf(() => uncompressGzip(packed.subarray(0, -3), 10_000))).toBe('truncated');
    expect(failureOf(() => uncompressGzip(new Uint8Array(0), 10_000))).toBe('truncated');
    expect(failureOf(() => uncompressGzip(Buffer.from('no gzip at all'), 10_000))).toBe('bad-compression');
    expect(failureOf(() => uncompressGzip(packed, 4999))).toBe('limit');
    expect(uncompressGzip(packed, 5000).length).toBe(5000);
  });
});
