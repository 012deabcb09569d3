import { expect, it } from 'vitest';
import { compress, uncompress } from '../../../src/records/codecs/codec.ts';
import { freshRoom, reusedRoom } from '../../../src/records/codecs/output-room.ts';
import { RecordBudget, recordLimits } from '../../../src/records/record-limits.ts';

it('fresh room is memory of its own and of that size', () => {
  expect(freshRoom(10).length).toBe(10);
  expect(freshRoom(10).buffer).not.toBe(freshRoom(10).buffer);
});

it('reused room is the same memory, grows as it must, and is not kept beyond its limit', () => {
  const small = reusedRoom(10);
  expect(reusedRoom(20_000)).toBe(small);
  const grown = reusedRoom(small.length + 1);
  expect(grown.length).toBeGreaterThan(small.length);
  expect(reusedRoom(10)).toBe(grown);
  const large = reusedRoom(5_000_000);
  expect(large.length).toBe(5_000_000);
  expect(reusedRoom(5_000_000)).not.toBe(large);
  expect(reusedRoom(10).length).toBeLessThanOrEqual(1024 * 1024);
});

it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
  '%s writes the same to either, also over what was there',
  (codec) => {
    for (const bytes of [300_000, 10, 2_000_000, 70_000, 0]) {
      const input = Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 7 + (at >> 8)) & 0x7f));
      const packed = compress(codec, input, 2);
      reusedRoom(1).fill(0xff);
      const output = uncompress(codec, packed, 2, new RecordBudget(recordLimits), reusedRoom);
      expect(Buffer.compare(output, input)).toBe(0);
      const fresh = uncompress(codec, packed, 2, new RecordBudget(recordLimits));
      expect(Buffer.compare(fresh, input)).toBe(0);
    }
  },
);
