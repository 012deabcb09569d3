import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import type { KafkaRecord } from '../../src/records/record-batch.ts';
import { bytesOf, hasWholeFile, readGolden, sampleFile, wholeFile } from './golden-records.ts';
import { allSpans, annotated, expectNested } from './span-checks.ts';

/** A record as the tree shows it. */
interface Shown {
  readonly key: unknown;
  readonly value: unknown;
  readonly headers: readonly (readonly [unknown, unknown])[];
}

function child(span: FieldSpan, name: string): FieldSpan | undefined {
  return span.children.find((one) => one.name === name);
}

function shown(record: FieldSpan): Shown {
  const headers = child(record, 'headers')?.children ?? [];
  return {
    key: child(record, 'key')?.value,
    value: child(record, 'value')?.value,
    headers: headers.map((header) => [child(header, 'headerKey')?.value, child(header, 'value')?.value]),
  };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}

function read(record: KafkaRecord): Shown {
  return {
    key: base64(record.key),
    value: base64(record.value),
    headers: record.headers.map(([name, value]) => [name, base64(value)]),
  };
}

/** Records of a batch's span: below `records`, or for legacy messages the message itself or those of its value. */
function recordsOf(batch: FieldSpan): readonly FieldSpan[] {
  if (batch.type === 'BATCH') return child(batch, 'records')?.children ?? [];
  const value = child(batch, 'value');
  return value?.type === 'COMPRESSED_RECORDS' ? value.children : [batch];
}

function compare(bytes: Uint8Array, name: string): void {
  const { spans, budget } = annotated(bytes);
  expectNested(spans, bytes, budget.views);
  const set = decodeRecordBatches(bytes);
  const batches = spans.filter((span) => span.name !== 'rest');
  expect(batches.length, name).toBe(set.batches.length);
  for (const [index, batch] of set.batches.entries()) {
    const span = batches[index];
    if (span === undefined) continue;
    expect(span.end - span.start, name).toBe(batch.sizeInBytes);
    expect(child(span, 'crc')?.value, name).toBe(batch.crc);
    expect(child(span, 'crc')?.note === 'valid', name).toBe(batch.crcValid);
    if (batch.records !== null) expect(recordsOf(span).map(shown), name).toEqual(batch.records.map(read));
  }
  const rest = spans.find((span) => span.name === 'rest');
  expect(rest === undefined ? 0 : rest.end - rest.start, name).toBe(set.trailingBytes);
}

const bytesArbitrary = fc.uint8Array({ maxLength: 40 });
const batchArbitrary = fc.record({
  baseOffset: fc.bigInt({ min: 0n, max: 1n << 60n }),
  codec: fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd' as const),
  records: fc.array(
    fc.record({
      timestamp: fc.bigInt({ min: -1n, max: 1n << 45n }),
      key: fc.option(bytesArbitrary),
      value: fc.option(bytesArbitrary),
      headers: fc.array(fc.tuple(fc.string({ maxLength: 10 }), fc.option(bytesArbitrary)), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

describe('annotateRecords', () => {
  it('shows the records that the decoder reads, on the golden sample', () => {
    for (const golden of readGolden(sampleFile)) compare(bytesOf(golden), `${golden.name} ${golden.compression}`);
  });

  it.skipIf(!hasWholeFile)('and on the whole corpus', () => {
    for (const golden of readGolden(wholeFile)) compare(bytesOf(golden), `${golden.name} ${golden.compression}`);
  });

  it('shows any batch that can be written', () => {
    fc.assert(
      fc.property(fc.array(batchArbitrary, { maxLength: 3 }), (batches) => {
        compare(new Uint8Array(Buffer.concat(batches.map((batch) => encodeRecordBatch(batch)))), 'property');
      }),
      { numRuns: 60 },
    );
  });

  it('gives a prefix, and no exception, for damaged bytes', () => {
    const samples = readGolden(sampleFile)
      .map(bytesOf)
      .filter((bytes) => bytes.length < 3000);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        (pick, hits, cut) => {
          const bytes = new Uint8Array(samples[pick % samples.length] ?? []);
          for (const [at, value] of hits) if (bytes.length > 0) bytes[at % bytes.length] = value;
          const damaged = bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % (bytes.length + 1) : 0));
          const { spans, budget } = annotated(damaged);
          expectNested(spans, damaged, budget.views);
          expect(budget.made).toBe(allSpans(spans).length);
        },
      ),
      { numRuns: 400 },
    );
  });

  const three = encodeRecordBatch({
    baseOffset: 7n,
    codec: 'lz4',
    records: [1, 2, 3].map((n) => ({ timestamp: BigInt(n), key: null, value: new Uint8Array(20).fill(n) })),
  });

  it('keeps records in a view of their own when they were compressed', () => {
    const { spans, budget } = annotated(three);
    const records = child(spans[0] as FieldSpan, 'records');
    expect(records).toMatchObject({ type: 'COMPRESSED_RECORDS', start: 61, end: three.length });
    expect(records?.view).toBeUndefined();
    expect(records?.children.map((span) => [span.view, span.note])).toEqual([
      [0, 'offset 7'],
      [0, 'offset 8'],
      [0, 'offset 9'],
    ]);
    expect(budget.views).toHaveLength(1);
    const value = child(records?.children[1] as FieldSpan, 'value');
    // One varint byte of length before the 20 bytes of the value.
    expect(budget.views[0]?.bytes.subarray((value?.start ?? 0) + 1, value?.end)).toEqual(new Uint8Array(20).fill(2));
  });

  it('uncompresses nothing when contents are not wanted, and counts', () => {
    const { spans, budget } = annotated(three, null);
    expect(budget.views).toEqual([]);
    const records = child(spans[0] as FieldSpan, 'records');
    expect(records).toMatchObject({ type: 'RECORDS', children: [], value: undefined });
    expect(records?.note).toMatch(/^3 records in \d+ bytes$/);
  });

  it('stops at its limits and says so', () => {
    const some = annotated(three, undefined, { spansMax: 20 });
    expect(some.budget.made).toBe(20);
    expect(some.budget.omitted).toBeGreaterThan(0);
    const narrow = annotated(three, undefined, { viewBytesMax: 40 });
    const records = child(narrow.spans[0] as FieldSpan, 'records');
    expect(records?.note).toBe('the first 1 of 3 records');
    expect(records?.children).toHaveLength(1);
    const none = annotated(three, undefined, { viewsBytesMax: 10 });
    expect(child(none.spans[0] as FieldSpan, 'records')?.note).toContain('not shown');
    const bomb = annotated(three, undefined, { uncompressedBatchBytesMax: 10 });
    expect(child(bomb.spans[0] as FieldSpan, 'records')?.note).toMatch(/^limit: /);
  });
});
