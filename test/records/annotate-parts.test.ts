import { describe, expect, it } from 'vitest';
import { checksumNote, sizeOfBatch, uncompressed } from '../../src/records/annotate-parts.ts';
import { compress } from '../../src/records/codecs/codec.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { RecordSpending } from '../../src/records/record-contents.ts';

const records = [{ timestamp: 1n, key: null, value: new Uint8Array(3) }];
const batch = encodeRecordBatch({ baseOffset: 0n, codec: 'none', records });

function changed(at: number, ...values: number[]): Uint8Array {
  const bytes = batch.slice();
  bytes.set(values, at);
  return bytes;
}

describe('sizeOfBatch', () => {
  it('finds whole batches of every magic', () => {
    expect(sizeOfBatch(batch, 0, batch.length)).toEqual({ bytes: batch.length, magic: 2 });
    const legacy = encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'none', records });
    expect(sizeOfBatch(legacy, 0, legacy.length)).toEqual({ bytes: legacy.length, magic: 1 });
  });

  it('says why there is none', () => {
    const cut = 'a batch that the size limit of the fetch cut off';
    for (const end of [5, 14, batch.length - 1]) expect(sizeOfBatch(batch, 0, end)).toBe(cut);
    expect(sizeOfBatch(changed(8, 0, 0, 0, 3), 0, batch.length)).toBe('no batch has 3 bytes');
    expect(sizeOfBatch(changed(8, 0, 0, 0, 40), 0, batch.length)).toBe('no batch of magic 2 has 40 bytes');
    expect(sizeOfBatch(changed(16, 9), 0, batch.length)).toBe('magic 9 is not defined');
    expect(sizeOfBatch(changed(16, 0xff), 0, batch.length)).toBe('magic -1 is not defined');
  });
});

describe('checksumNote', () => {
  it('compares, as long as it may', () => {
    const spending = new RecordSpending();
    expect(checksumNote(7, 10, spending, () => 7)).toBe('valid');
    expect(checksumNote(7, 10, spending, () => 255)).toBe('wrong: the bytes give 0x000000ff');
    expect(checksumNote(7, 1e9, spending, () => 7)).toBe('not verified: too many bytes');
  });
});

describe('uncompressed', () => {
  it('gives the bytes or the reason', () => {
    const plain = new Uint8Array(100).fill(7);
    expect(uncompressed(compress('gzip', plain, 2), 1, 2, new RecordSpending())).toEqual(plain);
    expect(uncompressed(plain, 1, 2, new RecordSpending())).toMatch(/^bad-compression: /);
    expect(uncompressed(plain, 6, 2, new RecordSpending())).toBe('codec 6 is not defined');
  });

  it('pays for a bomb as for the bytes it was allowed', () => {
    const bomb = compress('gzip', new Uint8Array(50_000), 2);
    const spending = new RecordSpending({ uncompressedBatchBytesMax: 10_000, uncompressedSetBytesMax: 15_000 });
    expect(uncompressed(bomb, 1, 2, spending)).toMatch(/^limit: /);
    expect(spending.budget.outputBytesMax(bomb.length)).toBe(5_000);
    expect(uncompressed(bomb, 1, 2, spending)).toMatch(/^limit: /);
    expect(uncompressed(bomb, 1, 2, spending)).toBe('limit: the set uncompresses to more bytes than allowed');
  });
});
