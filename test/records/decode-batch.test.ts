import { describe, expect, it } from 'vitest';
import { compress } from '../../src/records/codecs/codec.ts';
import { decodeBatch } from '../../src/records/decode-batch.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { type Codec, codecNames, type RecordBatch } from '../../src/records/record-batch.ts';
import { RecordBudget, type RecordLimits, recordLimits } from '../../src/records/record-limits.ts';
import { RecordWriter } from '../../src/records/record-writer.ts';
import { recordObjects } from '../../src/records/records-form.ts';

const text = (value: string) => new Uint8Array(Buffer.from(value));

/** One record, field by field: length, attributes, two deltas, key, value, headers. */
function record(
  fields: { offsetDelta?: number; timestampDelta?: bigint; headers?: number; tail?: number[] } = {},
): Uint8Array {
  const body = new RecordWriter();
  body.int8(0);
  body.varlong(fields.timestampDelta ?? 0n);
  body.varint(fields.offsetDelta ?? 0);
  body.varint(1);
  body.bytes(text('k'));
  body.varint(-1);
  body.varint(fields.headers ?? 0);
  body.bytes(Uint8Array.from(fields.tail ?? []));
  const writer = new RecordWriter();
  writer.varint(body.length);
  writer.bytes(body.written());
  return writer.written();
}

interface Header {
  count?: number;
  attributes?: number;
  lastOffsetDelta?: number;
  baseTimestamp?: bigint;
  baseOffset?: bigint;
}

/** A batch around a payload that is put in as it is. */
function batchOf(payload: Uint8Array, header: Header = {}): Uint8Array {
  const empty = encodeRecordBatch({ baseOffset: header.baseOffset ?? 100n, codec: 'none', records: [] });
  const bytes = new Uint8Array([...empty, ...payload]);
  const view = new DataView(bytes.buffer);
  view.setInt32(8, bytes.length - 12);
  view.setInt16(21, header.attributes ?? 0);
  view.setInt32(23, header.lastOffsetDelta ?? 0);
  view.setBigInt64(27, header.baseTimestamp ?? 1000n);
  view.setBigInt64(35, 2000n);
  view.setInt32(57, header.count ?? 1);
  return bytes;
}

function decode(bytes: Uint8Array, limits: Partial<RecordLimits> = {}): RecordBatch {
  return decodeBatch(bytes, 0, bytes.length, new RecordBudget({ ...recordLimits, ...limits }), recordObjects);
}

const compressed = (codec: Codec, payload: Uint8Array, header: Header = {}): Uint8Array =>
  batchOf(compress(codec, payload, 2), { ...header, attributes: codecNames.indexOf(codec) });

describe('decodeBatch', () => {
  it('counts offsets and times from the batch', () => {
    const batch = decode(batchOf(record({ offsetDelta: 5, timestampDelta: -3n }), { lastOffsetDelta: 9 }));
    expect(batch.records).toEqual([
      { offset: 105n, timestamp: 997n, sequence: -1, key: text('k'), value: null, headers: [] },
    ]);
    expect([batch.baseOffset, batch.lastOffset]).toEqual([100n, 109n]);
  });

  it('stays exact beyond 2^53', () => {
    const far = { baseOffset: 2n ** 60n + 1n, baseTimestamp: 2n ** 61n + 3n };
    expect(decode(batchOf(record({ offsetDelta: 1, timestampDelta: 1n }), far)).records).toMatchObject([
      { offset: 2n ** 60n + 2n, timestamp: 2n ** 61n + 4n },
    ]);
    expect(decode(batchOf(record({ timestampDelta: 2n ** 62n }))).records).toMatchObject([
      { timestamp: 1000n + 2n ** 62n },
    ]);
  });

  it('takes one time for all records with LogAppendTime, the raw base with a delete horizon', () => {
    const append = decode(batchOf(record({ timestampDelta: 7n }), { attributes: 0x08 }));
    expect([append.timestampType, append.records?.[0]?.timestamp]).toEqual(['LogAppendTime', 2000n]);
    const horizon = decode(batchOf(record({ timestampDelta: -900n }), { attributes: 0x40 }));
    expect([horizon.deleteHorizonMs, horizon.records?.[0]?.timestamp]).toEqual([1000n, 100n]);
  });

  it('says whether the checksum holds', () => {
    const bytes = encodeRecordBatch({
      baseOffset: 0n,
      codec: 'lz4',
      records: [{ timestamp: 1n, key: null, value: text('v') }],
    });
    expect(decode(bytes).crcValid).toBe(true);
    // The leader epoch lies outside the checksum: brokers rewrite it.
    bytes[12] = 9;
    expect(decode(bytes).crcValid).toBe(true);
    bytes[27] = 9;
    expect(decode(bytes).crcValid).toBe(false);
  });

  it.each<[string, Uint8Array, string, string]>([
    ['more records than bytes', batchOf(record(), { count: 2_000_000_000 }), 'bad-count', 'records'],
    ['a negative count', batchOf(record(), { count: -1 }), 'bad-count', 'records'],
    [
      'bytes behind the last record',
      batchOf(Uint8Array.of(...record(), 0), { count: 1 }),
      'bytes-left-over',
      'records',
    ],
    ['records where none are stated', batchOf(record(), { count: 0 }), 'bytes-left-over', 'records'],
    ['a record longer than the batch', batchOf(Uint8Array.of(0x7e, 1, 2, 3, 4, 5, 6, 7)), 'truncated', 'records'],
    ['a record of negative length', batchOf(Uint8Array.of(0x01, 1, 2, 3, 4, 5, 6, 7)), 'truncated', 'records'],
    ['bytes inside a record behind its headers', batchOf(record({ tail: [0] })), 'malformed-record', 'records'],
    ['more headers than bytes', batchOf(record({ headers: 2_000_000_000 })), 'bad-count', 'records'],
    ['a negative header count', batchOf(record({ headers: -1 })), 'bad-count', 'records'],
    ['a header key without length', batchOf(record({ headers: 1, tail: [0x01, 0x00] })), 'malformed-record', 'records'],
    ['an undefined codec', batchOf(record(), { attributes: 5 }), 'unknown-codec', 'records'],
    ['a payload that is no gzip', batchOf(record(), { attributes: 1 }), 'bad-compression', 'records'],
    ['a compressed record that is cut', compressed('gzip', record().subarray(0, 7)), 'truncated', 'uncompressed'],
    [
      'compressed bytes left over',
      compressed('zstd', Uint8Array.of(...record(), 1)),
      'bytes-left-over',
      'uncompressed',
    ],
  ])('%s is an error of the batch, not an exception', (_what, bytes, code, within) => {
    const batch = decode(bytes);
    expect(batch.records).toBeNull();
    expect(batch.recordsError).toMatchObject({ code, within });
    expect(batch.recordsError?.offset).toBeGreaterThanOrEqual(0);
    expect(batch.recordsError?.offset).toBeLessThanOrEqual(bytes.length);
  });

  it('shows an undefined codec as null', () => {
    expect(decode(batchOf(record(), { attributes: 7 })).compression).toBeNull();
  });

  it('reads an empty batch that compaction left, compressed or not', () => {
    for (const attributes of [0, 1, 2, 3, 4]) {
      const batch = decode(batchOf(new Uint8Array(0), { count: 0, attributes, lastOffsetDelta: 11 }));
      expect([batch.records, batch.recordsError, batch.lastOffset]).toEqual([[], null, 111n]);
    }
  });

  it('counts headers against the limit of records', () => {
    const bytes = batchOf(record({ headers: 2, tail: [0, 1, 0, 1] }));
    expect(decode(bytes, { recordsPerSetMax: 3 }).records?.[0]?.headers).toEqual([
      ['', null],
      ['', null],
    ]);
    expect(decode(bytes, { recordsPerSetMax: 2 }).recordsError?.code).toBe('limit');
  });
});

describe('bombs', () => {
  const zeros = new Uint8Array(80 * 1024 * 1024);

  it.each<Codec>(['gzip', 'zstd'])('of %s stop at the ratio and at the size limit', (codec) => {
    const bytes = compressed(codec, zeros);
    expect(bytes.length).toBeLessThan(100_000);
    expect(decode(bytes).recordsError?.code).toBe('limit');
  });

  it.each<Codec>(['gzip', 'snappy', 'lz4', 'zstd'])('of %s stop at what the set may still use', (codec) => {
    const bytes = compressed(codec, zeros.subarray(0, 200_000));
    expect(decode(bytes, { uncompressedSetBytesMax: 100_000 }).recordsError?.code).toBe('limit');
  });
});
