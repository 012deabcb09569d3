import { describe, expect, it } from 'vitest';
import { compress } from '../../src/records/codecs/codec.ts';
import { decodeMessage } from '../../src/records/decode-message.ts';
import { encodeMessageSet } from '../../src/records/encode-records.ts';
import type { RecordBatch } from '../../src/records/record-batch.ts';
import { RecordBudget, type RecordLimits, recordLimits } from '../../src/records/record-limits.ts';
import { RecordWriter } from '../../src/records/record-writer.ts';
import { recordObjects } from '../../src/records/records-form.ts';

const text = (value: string) => new Uint8Array(Buffer.from(value));

/** A message, field by field; the checksum is left 0. */
function message(fields: {
  offset: bigint;
  magic: number;
  attributes?: number;
  timestamp?: bigint;
  key?: Uint8Array | null;
  value?: Uint8Array | null;
}): Uint8Array {
  const body = new RecordWriter();
  body.int32(0);
  body.int8(fields.magic);
  body.int8(fields.attributes ?? 0);
  if (fields.magic === 1) body.int64(fields.timestamp ?? 10n);
  for (const part of [fields.key ?? null, fields.value ?? null]) {
    body.int32(part?.length ?? -1);
    if (part !== null) body.bytes(part);
  }
  const writer = new RecordWriter();
  writer.int64(fields.offset);
  writer.int32(body.length);
  writer.bytes(body.written());
  return writer.written();
}

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** A gzip wrapper around inner messages. */
const wrap = (
  magic: 0 | 1,
  offset: bigint,
  inner: Uint8Array,
  more: { attributes?: number; timestamp?: bigint } = {},
) =>
  message({
    offset,
    magic,
    attributes: 1 | (more.attributes ?? 0),
    timestamp: more.timestamp ?? 99n,
    value: compress('gzip', inner, magic),
  });

function decode(bytes: Uint8Array, limits: Partial<RecordLimits> = {}): RecordBatch {
  return decodeMessage(bytes, 0, bytes.length, new RecordBudget({ ...recordLimits, ...limits }), recordObjects);
}

const offsetsOf = (batch: RecordBatch) => batch.records?.map((record) => record.offset);

describe('decodeMessage', () => {
  it('reads one message as a batch of one record', () => {
    const batch = decode(message({ offset: 5n, magic: 1, timestamp: 42n, key: text('k'), value: text('v') }));
    expect(batch.records).toEqual([
      { offset: 5n, timestamp: 42n, sequence: null, key: text('k'), value: text('v'), headers: [] },
    ]);
    expect(batch).toMatchObject({
      baseOffset: 5n,
      lastOffset: 5n,
      count: null,
      baseTimestamp: null,
      maxTimestamp: 42n,
    });
  });

  it('takes inner offsets as absolute in magic 0', () => {
    const inner = join(message({ offset: 7n, magic: 0 }), message({ offset: 9n, magic: 0 }));
    const batch = decode(wrap(0, 9n, inner));
    expect(offsetsOf(batch)).toEqual([7n, 9n]);
    expect([batch.baseOffset, batch.timestampType]).toEqual([7n, 'NoTimestampType']);
  });

  it('counts inner offsets back from the wrapper in magic 1, also over gaps', () => {
    const inner = join(message({ offset: 0n, magic: 1 }), message({ offset: 3n, magic: 1 }));
    expect(offsetsOf(decode(wrap(1, 50n, inner)))).toEqual([47n, 50n]);
  });

  it('takes a wrapper offset of 0 as not assigned yet', () => {
    const inner = join(message({ offset: 0n, magic: 1 }), message({ offset: 1n, magic: 1 }));
    expect(offsetsOf(decode(wrap(1, 0n, inner)))).toEqual([0n, 1n]);
  });

  it("lets a LogAppendTime wrapper's time count for all", () => {
    const inner = join(
      message({ offset: 0n, magic: 1, timestamp: 1n }),
      message({ offset: 1n, magic: 1, timestamp: 2n }),
    );
    const batch = decode(wrap(1, 1n, inner, { attributes: 0x08, timestamp: 77n }));
    expect(batch.timestampType).toBe('LogAppendTime');
    expect(batch.records?.map((record) => record.timestamp)).toEqual([77n, 77n]);
  });

  it('ends quietly at an inner message that is cut', () => {
    const inner = message({ offset: 0n, magic: 1, value: text('value') });
    expect(offsetsOf(decode(wrap(1, 4n, join(inner, inner.subarray(0, 20)))))).toEqual([4n]);
  });

  const small = message({ offset: 0n, magic: 1 });
  const negativeSize = new Uint8Array(30);
  new DataView(negativeSize.buffer).setInt32(8, -5);
  const longKey = message({ offset: 0n, magic: 1, key: text('key') });
  new DataView(longKey.buffer, longKey.byteOffset).setInt32(26, 2_000_000_000);

  it.each<[string, Uint8Array, string, string]>([
    [
      'a compressed message without value',
      message({ offset: 1n, magic: 1, attributes: 1 }),
      'bad-message-set',
      'records',
    ],
    ['a wrapper around nothing', wrap(1, 1n, new Uint8Array(0)), 'bad-message-set', 'uncompressed'],
    ['a wrapper inside a wrapper', wrap(1, 1n, wrap(1, 1n, small)), 'bad-message-set', 'uncompressed'],
    [
      'inner offsets above the wrapper',
      wrap(1, 1n, message({ offset: 9n, magic: 1 })),
      'bad-message-set',
      'uncompressed',
    ],
    ['an inner message of magic 2', wrap(1, 1n, message({ offset: 0n, magic: 2 })), 'unknown-magic', 'uncompressed'],
    ['an inner message of negative size', wrap(1, 1n, negativeSize), 'bad-size', 'uncompressed'],
    [
      'zstd, which magic 1 cannot have',
      message({ offset: 1n, magic: 1, attributes: 4, value: small }),
      'unknown-codec',
      'records',
    ],
    ['an undefined codec', message({ offset: 1n, magic: 1, attributes: 6, value: small }), 'unknown-codec', 'records'],
    [
      'a value that is no gzip',
      message({ offset: 1n, magic: 1, attributes: 1, value: small }),
      'bad-compression',
      'records',
    ],
    ['a key longer than the message', longKey, 'malformed-record', 'records'],
    ['an inner key longer than its message', wrap(1, 1n, longKey), 'malformed-record', 'uncompressed'],
  ])('%s is an error of the batch, not an exception', (_what, bytes, code, within) => {
    const batch = decode(bytes);
    expect(batch.records).toBeNull();
    expect(batch.recordsError).toMatchObject({ code, within });
    expect(batch.recordsError?.offset).toBeLessThanOrEqual(bytes.length);
  });

  it('stops at the limit of records', () => {
    const records = Array.from({ length: 4 }, () => ({ timestamp: 1n, key: null, value: null }));
    const bytes = encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'snappy', records });
    expect(decode(bytes, { recordsPerSetMax: 4 }).records?.length).toBe(4);
    expect(decode(bytes, { recordsPerSetMax: 3 }).recordsError?.code).toBe('limit');
  });

  it('reads LZ4 with the wrong header checksum of magic 0 only there (KIP-57)', () => {
    const records = [{ timestamp: 1n, key: null, value: text('value') }];
    const old = encodeMessageSet({ magic: 0, baseOffset: 0n, codec: 'lz4', records });
    expect(decode(old).records?.length).toBe(1);
    const inner = encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'none', records });
    const wrong = message({ offset: 0n, magic: 1, attributes: 3, value: compress('lz4', inner, 0) });
    expect(decode(wrong).recordsError?.code).toBe('bad-checksum');
  });
});
