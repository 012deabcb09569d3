import { expect, test } from 'vitest';
import { exactBytes } from '../../../src/records/codecs/exact-bytes.ts';
import { decodeRecordBatches } from '../../../src/records/decode-records.ts';
import { encodeRecordBatch } from '../../../src/records/encode-records.ts';

test('a view of much more is copied, one of its own buffer is not', () => {
  const chunk = new Uint8Array(16_384).fill(7);
  expect(exactBytes(chunk)).toBe(chunk);
  const piece = chunk.subarray(100, 110);
  expect(exactBytes(piece)).toEqual(piece);
  expect(exactBytes(piece).buffer.byteLength).toBe(10);
});

test.each(['gzip', 'zstd', 'lz4', 'snappy'] as const)('a small %s batch keeps no large buffer alive', (codec) => {
  const value = new Uint8Array(10);
  const records = encodeRecordBatch({ baseOffset: 0n, codec, records: [{ timestamp: 0n, key: null, value }] });
  const decoded = decodeRecordBatches(records).batches[0]?.records?.[0]?.value;
  expect(decoded).toEqual(value);
  expect(decoded?.buffer.byteLength).toBeLessThan(2048);
});
