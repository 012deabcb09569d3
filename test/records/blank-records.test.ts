import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankRecords, nothingBlanked } from '../../src/records/blank-records.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { batchField } from '../../src/records/record-batch.ts';

const text = (value: string) => new TextEncoder().encode(value);
const records = [
  { timestamp: 1_700_000_000_000n, key: text('canary-key'), value: text('canary-value-1') },
  {
    timestamp: 1_700_000_000_009n,
    key: null,
    value: text('canary-value-2'),
    headers: [
      ['trace', text('canary-header')],
      ['empty', null],
    ] as const,
  },
];

function blanked(bytes: Uint8Array) {
  const copy = new Uint8Array(bytes);
  const done = blankRecords(copy, nothingBlanked());
  expect(copy.length).toBe(bytes.length);
  expect(Buffer.from(copy).includes('canary')).toBe(false);
  return { copy, done, set: decodeRecordBatches(copy) };
}

describe('an uncompressed batch', () => {
  const batch = encodeRecordBatch({ baseOffset: 40n, codec: 'none', records, producerId: 7n, baseSequence: 3 });

  it('keeps lengths, offsets, times, header names and a right checksum', () => {
    const { set, done } = blanked(batch);
    const before = decodeRecordBatches(batch).batches[0];
    const after = set.batches[0];
    expect(after?.crcValid).toBe(true);
    expect(done).toEqual({ records: 2, compressedBatches: 0, unreadBytes: 0 });
    const shape = (found: typeof before) =>
      found?.records?.map(({ offset, timestamp, sequence, key, value, headers }) => ({
        offset,
        timestamp,
        sequence,
        key: key?.length ?? null,
        value: value?.length ?? null,
        headers: headers.map(([name, bytes]) => [name, bytes?.length ?? null]),
      }));
    expect(shape(after)).toEqual(shape(before));
    expect(Buffer.from(after?.records?.[0]?.key ?? []).toString()).toBe('**********');
  });

  it('keeps a wrong checksum wrong', () => {
    const damaged = batch.slice();
    damaged[batchField.crc] = (damaged[batchField.crc] ?? 0) ^ 0xff;
    expect(blanked(damaged).set.batches[0]?.crcValid).toBe(false);
  });

  it('keeps nothing of a record that does not add up, nor of what follows it', () => {
    const damaged = batch.slice();
    // The first record's key length: varint 20 (10 bytes) becomes 126 (63 bytes), past the record.
    damaged[batchField.records + 4] = 0x7e;
    const { done } = blanked(damaged);
    expect(done.unreadBytes).toBeGreaterThan(0);
  });

  it('keeps transaction markers, whose bytes are the protocol itself', () => {
    // Version 0, type 1 (commit); version 0, coordinator epoch 5.
    const marker = { timestamp: 1n, key: Uint8Array.of(0, 0, 0, 1), value: Uint8Array.of(0, 0, 0, 0, 0, 5) };
    const control = encodeRecordBatch({ baseOffset: 1n, codec: 'none', records: [marker], control: true });
    expect(blanked(control).copy).toEqual(control);
    const other = { timestamp: 1n, key: text('canary-key'), value: text('canary-value') };
    blanked(encodeRecordBatch({ baseOffset: 1n, codec: 'none', records: [other], control: true }));
  });
});

describe('a batch of gzip', () => {
  it('keeps its length and stays readable: what was overwritten compresses better', () => {
    const values = Array.from({ length: 40 }, (_, index) => text(`canary ${index * 7919} value ${index * 104_729}`));
    const many = values.map((value) => ({ timestamp: 5n, key: null, value }));
    const { set, done } = blanked(encodeRecordBatch({ baseOffset: 40n, codec: 'gzip', records: many }));
    expect(done).toEqual({ records: 40, compressedBatches: 0, unreadBytes: 0 });
    expect(set.batches[0]).toMatchObject({ crcValid: true, compression: 'gzip', recordsError: null });
    const lengths = set.batches[0]?.records?.map(({ value }) => value?.length);
    expect(lengths).toEqual(values.map(({ length }) => length));
  });
});

describe.each(['snappy', 'lz4', 'zstd'] as const)('a batch of %s', (codec) => {
  it('is overwritten as a whole, its header and checksum stay good', () => {
    const batch = encodeRecordBatch({ baseOffset: 40n, codec, records });
    const { set, done, copy } = blanked(batch);
    expect(done).toEqual({ records: 0, compressedBatches: 1, unreadBytes: 0 });
    expect(set.batches[0]).toMatchObject({ crcValid: true, compression: codec, count: 2, baseOffset: 40n });
    expect(set.batches[0]?.records).toBeNull();
    expect(copy.subarray(batchField.records).every((byte) => byte === 0x2a)).toBe(true);
  });
});

describe.each([0, 1] as const)('messages of magic %i', (magic) => {
  it('keep their lengths and their checksum', () => {
    const set = encodeMessageSet({ magic, baseOffset: 5n, codec: 'none', records });
    const { set: after, done } = blanked(set);
    expect(done.records).toBe(2);
    expect(after.batches.map(({ crcValid, baseOffset }) => [crcValid, baseOffset])).toEqual([
      [true, 5n],
      [true, 6n],
    ]);
    expect(after.batches[1]?.records?.[0]?.value?.length).toBe(14);
  });

  it('are overwritten with the value of their wrapper when compressed', () => {
    const { done, set } = blanked(encodeMessageSet({ magic, baseOffset: 5n, codec: 'gzip', records }));
    expect(done).toEqual({ records: 0, compressedBatches: 1, unreadBytes: 0 });
    expect(set.batches[0]?.crcValid).toBe(true);
  });
});

it('keeps of a batch cut by the fetch limit only the header', () => {
  const whole = encodeRecordBatch({ baseOffset: 1n, codec: 'none', records });
  const { copy, done } = blanked(Buffer.concat([whole, whole.subarray(0, whole.length - 3)]));
  expect(done).toEqual({ records: 2, compressedBatches: 0, unreadBytes: whole.length - 3 - batchField.records });
  expect(copy.slice(whole.length, whole.length + batchField.crc)).toEqual(whole.slice(0, batchField.crc));
});

it('overwrites bytes that are no batch at all', () => {
  const { done } = blanked(text('canary canary canary canary canary'));
  expect(done).toEqual({ records: 0, compressedBatches: 0, unreadBytes: 34 });
});

it('survives any bytes and lets no long run of them through', () => {
  const canary = text('canary-value');
  const batch = encodeRecordBatch({
    baseOffset: 0n,
    codec: 'none',
    records: [{ ...records[0], timestamp: 0n, key: null, value: canary }],
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: batch.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
      // The batch's own size decides what belongs to it, and the record's value is what must go: any other byte may lie.
      const damaged = batch.slice();
      damaged[at] = value;
      const inside = Buffer.from(damaged).indexOf(Buffer.from(canary));
      blankRecords(damaged, nothingBlanked());
      if (inside >= 0) expect(Buffer.from(damaged).includes(Buffer.from(canary))).toBe(false);
    }),
  );
});
