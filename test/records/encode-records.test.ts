import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { type Codec, codecNames, sequenceAfter } from '../../src/records/record-batch.ts';
import { bytesOf, readGolden, sampleFile } from './golden-records.ts';

const codec = fc.constantFrom(...codecNames);
const payload = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(fc.string({ maxLength: 12 }), fc.nat(4000))
      .map(([text, times]) => new Uint8Array(Buffer.from(text.repeat(times).slice(0, 90_000)))),
  ),
);
const timestamp = fc.oneof(
  fc.bigInt({ min: 1_600_000_000_000n, max: 1_800_000_000_000n }),
  fc.constantFrom(-1n, 0n, 2n ** 53n, 2n ** 63n - 1n),
);
const header = fc.tuple(fc.string({ maxLength: 20, unit: 'grapheme' }), payload);
const offset = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 40n }), fc.constantFrom(0n, 2n ** 53n, 2n ** 62n));

describe('encodeRecordBatch', () => {
  it('comes back from the decoder for every codec, flag and value', () => {
    fc.assert(
      fc.property(
        fc.record({
          baseOffset: offset,
          codec,
          records: fc.array(
            fc.record({ timestamp, key: payload, value: payload, headers: fc.array(header, { maxLength: 3 }) }),
            { minLength: 1, maxLength: 8 },
          ),
          producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
          producerEpoch: fc.integer({ min: -1, max: 32767 }),
          baseSequence: fc.integer({ min: -1, max: 2147483647 }),
          transactional: fc.boolean(),
          control: fc.boolean(),
          partitionLeaderEpoch: fc.integer({ min: -1, max: 2147483647 }),
          timestampType: fc.constantFrom('CreateTime' as const, 'LogAppendTime' as const),
        }),
        (written) => {
          const bytes = encodeRecordBatch(written);
          const set = decodeRecordBatches(bytes);
          expect([set.batches.length, set.trailingBytes, set.error]).toEqual([1, 0, null]);
          const [batch] = set.batches;
          const count = written.records.length;
          const newest = newestOf(written.records);
          const { records: _records, codec: compression, ...header } = written;
          expect(batch).toMatchObject({
            ...header,
            compression,
            sizeInBytes: bytes.length,
            magic: 2,
            crcValid: true,
            count,
            maxTimestamp: newest,
            lastOffset: written.baseOffset + BigInt(count - 1),
            lastSequence: sequenceAfter(written.baseSequence, count - 1),
            recordsError: null,
          });
          expect(
            batch?.records?.map(({ offset: at, ...one }) => ({
              ...one,
              at,
              key: plain(one.key),
              value: plain(one.value),
              headers: one.headers.map(([name, value]) => [name, plain(value)]),
            })),
          ).toEqual(
            written.records.map((one, n) => ({
              at: written.baseOffset + BigInt(n),
              timestamp: written.timestampType === 'LogAppendTime' ? newest : one.timestamp,
              sequence: sequenceAfter(written.baseSequence, n),
              key: plain(one.key),
              value: plain(one.value),
              headers: one.headers.map(([name, value]) => [name, plain(value)]),
            })),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('writes an uncompressed batch byte for byte as Kafka does', () => {
    const lines = readGolden(sampleFile).filter(
      ({ name, magic, compression }) =>
        magic === 2 && compression === 'none' && ['single', 'headers', 'idempotent', 'transactional'].includes(name),
    );
    expect(lines.length).toBe(4);
    for (const golden of lines) {
      const [batch] = decodeRecordBatches(bytesOf(golden)).batches;
      if (batch?.records == null || batch.baseOffset === null) throw new Error('the golden batch is readable');
      const again = encodeRecordBatch({
        ...batch,
        baseOffset: batch.baseOffset,
        codec: 'none',
        records: batch.records,
        timestampType: 'CreateTime',
      });
      expect(Buffer.from(again).toString('hex')).toBe(golden.hex);
    }
  });

  it('without records writes an empty batch', () => {
    const [batch] = decodeRecordBatches(encodeRecordBatch({ baseOffset: 5n, codec: 'gzip', records: [] })).batches;
    expect(batch).toMatchObject({
      count: 0,
      records: [],
      crcValid: true,
      baseOffset: 5n,
      lastOffset: 5n,
      producerId: -1n,
    });
  });
});

function newestOf(records: readonly { timestamp: bigint }[]): bigint {
  let newest = -1n;
  for (const { timestamp: at } of records) if (at > newest) newest = at;
  return newest;
}

function plain(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

describe('encodeMessageSet', () => {
  it('comes back from the decoder for both magics and every codec', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<0 | 1>(0, 1),
        fc.constantFrom<Exclude<Codec, 'zstd'>>('none', 'gzip', 'snappy', 'lz4'),
        offset,
        fc.array(fc.record({ timestamp, key: payload, value: payload }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('CreateTime' as const, 'LogAppendTime' as const),
        (magic, compression, baseOffset, records, timestampType) => {
          const set = decodeRecordBatches(
            encodeMessageSet({ magic, baseOffset, codec: compression, records, timestampType }),
          );
          expect([set.batches.length, set.trailingBytes, set.error]).toEqual([
            compression === 'none' ? records.length : 1,
            0,
            null,
          ]);
          for (const batch of set.batches) {
            expect(batch).toMatchObject({
              magic,
              compression,
              crcValid: true,
              recordsError: null,
              count: null,
              baseTimestamp: null,
            });
            expect(batch.timestampType).toBe(magic === 0 ? 'NoTimestampType' : timestampType);
          }
          const newest = newestOf(records);
          const wrapped = timestampType === 'LogAppendTime' && compression !== 'none';
          expect(
            set.batches
              .flatMap((batch) => batch.records ?? [])
              .map((one) => [one.offset, one.timestamp, one.sequence, plain(one.key), plain(one.value)]),
          ).toEqual(
            records.map((one, n) => [
              baseOffset + BigInt(n),
              magic === 0 ? -1n : wrapped ? newest : one.timestamp,
              null,
              plain(one.key),
              plain(one.value),
            ]),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('without records is empty', () => {
    expect(encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'gzip', records: [] }).length).toBe(0);
  });
});
