import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printJson } from '../../src/protocol/json.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { batchField } from '../../src/records/record-batch.ts';
import { RecordBudget, recordLimits } from '../../src/records/record-limits.ts';
import { batchesToJson } from '../../src/records/records-json.ts';
import { batchesText } from '../../src/records/records-text.ts';
import { bytesOf, hasWholeFile, readGolden, sampleFile, wholeFile } from './golden-records.ts';
import { arbitraryRecordBytes, recordBytes } from './record-bytes.ts';

/** The batches printed the plain way, within a budget of their own. */
function byObjects(fields: readonly Uint8Array[], payload: 'show' | 'hide', limits = {}): string {
  const budget = new RecordBudget({ ...recordLimits, ...limits });
  return printJson(fields.flatMap((field) => batchesToJson(decodeRecordBatches(field, budget), payload).batches));
}

function expectAgreement(fields: readonly Uint8Array[], limits = {}): string {
  let shown = '';
  for (const payload of ['hide', 'show'] as const) {
    shown = batchesText(fields, new RecordBudget({ ...recordLimits, ...limits }), payload);
    expect(shown).toBe(byObjects(fields, payload, limits));
  }
  return shown;
}

interface Head {
  readonly baseOffset: bigint;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly baseSequence: number;
  readonly attributes: number;
}

const plainHead: Head = {
  baseOffset: 7n,
  baseTimestamp: 1_790_000_000_000n,
  maxTimestamp: 9n,
  baseSequence: 5,
  attributes: 0,
};

/** A batch of magic 2 around the bytes of records, its checksum wrong. */
function batchAround(records: readonly Uint8Array[], head: Head = plainHead, count = records.length): Uint8Array {
  const payload = Buffer.concat(records);
  const bytes = Buffer.alloc(batchField.records + payload.length);
  bytes.writeBigInt64BE(head.baseOffset, batchField.baseOffset);
  bytes.writeInt32BE(bytes.length - 12, batchField.batchLength);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(head.attributes, batchField.attributes);
  bytes.writeInt32BE(count - 1, batchField.lastOffsetDelta);
  bytes.writeBigInt64BE(head.baseTimestamp, batchField.baseTimestamp);
  bytes.writeBigInt64BE(head.maxTimestamp, batchField.maxTimestamp);
  bytes.writeInt32BE(head.baseSequence, batchField.baseSequence);
  bytes.writeInt32BE(count, batchField.recordCount);
  bytes.set(payload, batchField.records);
  return bytes;
}

const edges = [0n, -1n, 4_000_000_000_000_000n, -4_000_000_000_000_001n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
const int64 = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 42n }));
const arbitraryHead: fc.Arbitrary<Head> = fc.record({
  baseOffset: int64,
  baseTimestamp: int64,
  maxTimestamp: int64,
  baseSequence: fc.oneof(fc.constantFrom(-1, 0, 0x7fffffff), fc.nat()),
  // Create time or append time, delete horizon, transactional, control.
  attributes: fc.constantFrom(0, 0x08, 0x40, 0x10, 0x38),
});

describe('batchesText prints what the objects print', () => {
  it.each([
    ['sample', sampleFile, true],
    ['whole corpus', wholeFile, hasWholeFile],
  ])('of the golden records (%s)', (_name, file, isThere) => {
    if (!isThere) return;
    for (const golden of readGolden(file)) expectAgreement([bytesOf(golden)]);
  });

  it('of batches with any head and any records, usual or not', () => {
    const unusual = fc.constant(recordBytes({ timestampDelta: 2n ** 40n, key: Buffer.from('k') }));
    const records = fc.array(fc.oneof({ weight: 5, arbitrary: arbitraryRecordBytes }, unusual), { maxLength: 6 });
    fc.assert(
      fc.property(arbitraryHead, records, (head, list) => {
        expectAgreement([batchAround(list, head)]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of spoilt batches, and says of these what the objects say', () => {
    let failed = 0;
    const spoilt = fc.tuple(fc.array(arbitraryRecordBytes, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(spoilt, ([list, at, byte]) => {
        const bytes = batchAround(list);
        const payloadBytes = bytes.length - batchField.records;
        bytes[batchField.records + (at % payloadBytes)] = byte;
        if (expectAgreement([bytes]).includes('"recordsError"')) failed += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(failed).toBeGreaterThan(100);
  });

  it('of records that share their end, and of those that do not', () => {
    const [one, two] = [Buffer.from('1'), Buffer.from('22')];
    const name = (text: string, value: Uint8Array | null) => [[text, value] as const];
    const list = [
      recordBytes({ key: one, value: two, headers: name('a', one) }),
      recordBytes({ offsetDelta: 1, key: one, value: two, headers: name('a', one) }),
      recordBytes({ offsetDelta: 2, key: one, value: two, headers: name('b', one) }),
      recordBytes({ offsetDelta: 3, key: one, value: two, headers: name('b', null) }),
      recordBytes({ offsetDelta: 4, key: two, value: two, headers: name('b', null) }),
      recordBytes({ offsetDelta: 5, key: null, value: Buffer.alloc(5_000) }),
      recordBytes({ offsetDelta: 6, key: null, value: null, headers: name('"\u202e', one) }),
    ];
    const text = expectAgreement([batchAround(list), batchAround(list)]);
    expect(JSON.parse(text)).toHaveLength(2);
    expect(text).not.toContain('\u202e');
  });

  it('of several fields, none, legacy messages and empty batches', () => {
    const record = { timestamp: 5n, key: Buffer.from('k'), value: null, headers: [] };
    const legacy = encodeMessageSet({ magic: 1, baseOffset: 3n, codec: 'gzip', records: [record, record] });
    const batch = encodeRecordBatch({ baseOffset: 2n ** 60n, codec: 'zstd', records: [record] });
    expectAgreement([legacy, batch, batchAround([]), batchAround([], { ...plainHead, attributes: 4 })]);
    expect(expectAgreement([])).toBe('[]');
    expect(expectAgreement([new Uint8Array(0)])).toBe('[]');
  });

  it('within the same limits, which all fields share', () => {
    const headers = [['a', null] as const, ['b', null] as const];
    const list = [recordBytes({ headers }), recordBytes({ offsetDelta: 1, headers })];
    for (let recordsPerSetMax = 0; recordsPerSetMax < 14; recordsPerSetMax += 1) {
      expectAgreement([batchAround(list), batchAround(list)], { recordsPerSetMax });
    }
    const batch = encodeRecordBatch({
      baseOffset: 0n,
      codec: 'lz4',
      records: [{ timestamp: 0n, key: null, value: Buffer.alloc(9_000), headers: [] }],
    });
    expect(expectAgreement([batch, batch], { uncompressedSetBytesMax: 10_000 })).toContain('"recordsError":"limit');
  });
});
