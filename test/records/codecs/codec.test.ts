import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress, uncompress } from '../../../src/records/codecs/codec.ts';
import { codecNames } from '../../../src/records/record-batch.ts';
import { RecordBudget, recordLimits } from '../../../src/records/record-limits.ts';
import { failureOf, payloads } from './payloads.ts';

const budgetOf = (bytesMax = recordLimits.uncompressedSetBytesMax) =>
  new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: bytesMax });

describe.each(codecNames)('%s', (codec) => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(payloads, fc.constantFrom(0, 1, 2), (bytes, magic) => {
        if (codec === 'zstd' && magic < 2) return;
        const output = uncompress(codec, compress(codec, bytes, magic), magic, budgetOf());
        expect(Buffer.compare(output, bytes)).toBe(0);
        expect(Buffer.isBuffer(output)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('never throws anything but its own failure, whatever the bytes', () => {
    const packed = fc.tuple(payloads, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(30));
    fc.assert(
      fc.property(packed, ([bytes, changes, cut]) => {
        const hostile = new Uint8Array(compress(codec, bytes, 2));
        for (const [at, value] of changes) hostile[at % hostile.length] = value;
        failureOf(() => uncompress(codec, hostile.subarray(0, Math.max(0, hostile.length - cut)), 2, budgetOf()));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the budget', () => {
  it('is charged for output, and for each call at least some KiB', () => {
    const packed = compress('gzip', new Uint8Array(10), 2);
    const budget = budgetOf(10_000);
    const outcomes = Array.from({ length: 4 }, () => failureOf(() => uncompress('gzip', packed, 2, budget)));
    expect(outcomes).toEqual(['no failure', 'no failure', 'no failure', 'limit']);
  });

  it('is not charged for bytes that are not compressed', () => {
    const budget = budgetOf(0);
    expect(uncompress('none', new Uint8Array(9000), 2, budget).length).toBe(9000);
  });

  it('bounds how many zstd frames one batch may hold', () => {
    const frame = compress('zstd', new Uint8Array(1), 2);
    const many = Buffer.concat(Array.from({ length: 300 }, () => frame));
    expect(failureOf(() => uncompress('zstd', many, 2, budgetOf(1024 * 1024)))).toBe('limit');
    expect(uncompress('zstd', many.subarray(0, frame.length * 200), 2, budgetOf(1024 * 1024)).length).toBe(200);
  });
});

describe('zstd below magic 2', () => {
  it('is refused', () => {
    expect(failureOf(() => uncompress('zstd', compress('zstd', new Uint8Array(3), 2), 1, budgetOf()))).toBe(
      'unknown-codec',
    );
  });
});
