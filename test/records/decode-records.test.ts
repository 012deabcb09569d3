import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBatchFacts } from '../../src/records/batch-facts.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import type { RecordSet } from '../../src/records/record-batch.ts';
import { recordLimits } from '../../src/records/record-limits.ts';
import { batchesToJson } from '../../src/records/records-json.ts';
import {
  bytesOf,
  comparable,
  type GoldenBatch,
  type GoldenRecords,
  hasWholeFile,
  readGolden,
  sampleFile,
  wholeFile,
  withoutErrorText,
} from './golden-records.ts';

const sample = readGolden(sampleFile);

function expectGolden(golden: GoldenRecords): void {
  const json = comparable(batchesToJson(decodeRecordBatches(bytesOf(golden)), 'show')) as {
    batches: GoldenBatch[];
    trailingBytes: number;
  };
  expect({ ...json, batches: withoutErrorText(json.batches) }).toEqual({
    batches: withoutErrorText(golden.batches),
    trailingBytes: golden.trailingBytes,
  });
}

describe("what Kafka's own classes wrote and read back", () => {
  it.each([...new Set(sample.map((golden) => golden.name))])('%s', (name) => {
    const lines = sample.filter((golden) => golden.name === name);
    expect(lines.length).toBeGreaterThan(0);
    for (const golden of lines) expectGolden(golden);
  });

  it.skipIf(!hasWholeFile)('the whole corpus', () => {
    const whole = readGolden(wholeFile);
    expect(whole.length).toBe(840);
    for (const golden of whole) expectGolden(golden);
  });
});

const record = { timestamp: 1700000000000n, key: null, value: new Uint8Array(Buffer.from('value')) };
const batch = (baseOffset: bigint) => encodeRecordBatch({ baseOffset, codec: 'none', records: [record, record] });
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('decodeRecordBatches', () => {
  it('counts a batch cut anywhere as trailing bytes, without error', () => {
    const whole = batch(0n);
    for (let cut = 0; cut < whole.length; cut += 1) {
      const set = decodeRecordBatches(join(whole, batch(2n).subarray(0, cut)));
      expect([set.batches.length, set.trailingBytes, set.error]).toEqual([1, cut, null]);
    }
  });

  it.each([
    ['a negative size', 8, 0xff, 'bad-size'],
    ['magic 3', 16, 3, 'unknown-magic'],
    ['magic -1', 16, 0xff, 'unknown-magic'],
  ])('stops at %s and says where', (_what, at, value, code) => {
    const second = batch(2n);
    second[at] = value;
    const first = batch(0n);
    const set = decodeRecordBatches(join(first, second, batch(4n)));
    expect(set.batches.length).toBe(1);
    expect(set.error).toMatchObject({ code, within: 'records', offset: first.length + (at === 16 ? 16 : 0) });
    expect(set.trailingBytes).toBe(second.length * 2);
  });

  it('refuses a size below what the magic needs', () => {
    const bytes = batch(0n);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(8, 48);
    expect(decodeRecordBatches(bytes).error?.code).toBe('bad-size');
    const message = encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'none', records: [record] });
    new DataView(message.buffer, message.byteOffset).setInt32(8, 21);
    expect(decodeRecordBatches(message).error?.code).toBe('bad-size');
  });

  it('stops at the named limits, loudly', () => {
    const three = join(batch(0n), batch(2n), batch(4n));
    const byBatches = decodeRecordBatches(three, { batchesPerSetMax: 2 });
    expect([byBatches.batches.length, byBatches.error?.code]).toEqual([2, 'limit']);
    const byRecords = decodeRecordBatches(three, { recordsPerSetMax: 5 });
    expect(byRecords.batches.map((one) => one.recordsError?.code ?? one.records?.length)).toEqual([2, 2, 'limit']);
  });

  it('reads views into a larger buffer', () => {
    const bytes = batch(7n);
    const inside = join(new Uint8Array(13).fill(9), bytes, new Uint8Array(5)).subarray(13, 13 + bytes.length);
    expect(decodeRecordBatches(Buffer.from(inside.buffer, inside.byteOffset, inside.length))).toEqual(
      decodeRecordBatches(bytes),
    );
  });
});

/** Invariants that hold whatever the bytes are. */
function expectSane(bytes: Uint8Array, set: RecordSet): void {
  const read = set.batches.reduce((sum, one) => sum + one.sizeInBytes, 0);
  expect(read + set.trailingBytes).toBe(bytes.length);
  let records = 0;
  for (const one of set.batches) {
    expect((one.records === null) === (one.recordsError !== null)).toBe(true);
    records += one.records?.length ?? 0;
  }
  expect(records).toBeLessThanOrEqual(recordLimits.recordsPerSetMax);
  // The header walk on the path and the decoder on demand must not tell different stories.
  const facts = readBatchFacts(bytes);
  expect([facts.batches, facts.truncatedBytes]).toEqual([set.batches.length, set.trailingBytes]);
}

describe('hostile bytes', () => {
  // Small originals only: many mutations a second. The large ones are in the golden test above.
  const originals = sample.map(bytesOf).filter((bytes) => bytes.length > 0 && bytes.length < 2000);

  const mutation = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('set', 'flip', 'cut', 'double', 'int32'),
    value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x7f, 0x80, 0xff, 0)),
  });

  function mutate(bytes: Uint8Array, mutations: readonly { at: number; how: string; value: number }[]): Uint8Array {
    let mutated = new Uint8Array(bytes);
    for (const { at, how, value } of mutations) {
      if (mutated.length === 0) break;
      const place = at % mutated.length;
      if (how === 'set') mutated[place] = value;
      else if (how === 'flip') mutated[place] = (mutated[place] ?? 0) ^ (1 << (value & 7));
      else if (how === 'cut') mutated = join(mutated.subarray(0, place), mutated.subarray(place + value));
      else if (how === 'double') mutated = join(mutated.subarray(0, place + 20), mutated.subarray(place));
      else mutated.fill(value, place, place + 4);
    }
    return mutated;
  }

  it('never throw, and are all accounted for', () => {
    fc.assert(
      fc.property(
        fc.nat(originals.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (index, mutations) => {
          const bytes = mutate(originals[index] ?? new Uint8Array(0), mutations);
          expectSane(bytes, decodeRecordBatches(bytes));
        },
      ),
      { numRuns: 4000, seed: Number(process.env.KAFKA_SCOPE_SEED ?? Date.now() & 0xffff) },
    );
  });

  it('of no format at all never throw either', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => expectSane(bytes, decodeRecordBatches(bytes))),
      { numRuns: 500 },
    );
  });
});
