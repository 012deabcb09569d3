import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBatchFacts, readBatchFacts } from '../../src/records/batch-facts.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { bytesOf, readGolden, sampleFile } from './golden-records.ts';

const value = new Uint8Array(Buffer.from('value'));
const at = (timestamp: bigint) => ({ timestamp, key: null, value });
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('readBatchFacts', () => {
  it('agrees with the decoder on everything Kafka wrote', () => {
    const sample = readGolden(sampleFile);
    for (const golden of sample) {
      const bytes = bytesOf(golden);
      const facts = readBatchFacts(bytes);
      const { batches, trailingBytes } = decodeRecordBatches(bytes);
      expect(facts.batches).toBe(batches.length);
      expect(facts.truncatedBytes).toBe(trailingBytes);
      expect(facts.bytes).toBe(bytes.length - trailingBytes);
      expect(facts.count).toBe(batches.reduce((sum, batch) => sum + (batch.count ?? 1), 0));
      expect(facts.countKnown).toBe(batches.every((batch) => batch.magic === 2 || batch.compression === 'none'));
      expect(facts.codecs).toEqual([...new Set(batches.map((batch) => batch.compression))]);
      expect(facts.magics).toEqual([...new Set(batches.map((batch) => batch.magic))]);
      const newest = batches.map((batch) => Number(batch.maxTimestamp)).filter((time) => time >= 0);
      expect(facts.maxTimestampMs).toBe(newest.length === 0 ? null : Math.max(...newest));
    }
  });

  it('names the oldest first and the newest timestamp', () => {
    const bytes = join(
      encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [at(500n), at(900n)] }),
      encodeMessageSet({ magic: 1, baseOffset: 2n, codec: 'none', records: [at(300n)] }),
      encodeRecordBatch({
        baseOffset: 3n,
        codec: 'gzip',
        records: [at(400n), at(800n)],
        timestampType: 'LogAppendTime',
      }),
    );
    expect(readBatchFacts(bytes)).toEqual({
      batches: 3,
      count: 5,
      countKnown: true,
      codecs: ['none', 'gzip'],
      magics: [2, 1],
      bytes: bytes.length,
      truncatedBytes: 0,
      firstTimestampMs: 300,
      maxTimestampMs: 900,
    });
  });

  it('takes neither a horizon nor an overwritten base for a first timestamp', () => {
    const batch = encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [at(400n), at(800n)] });
    for (const attributes of [0x08, 0x40]) {
      batch[22] = attributes;
      expect(readBatchFacts(batch).firstTimestampMs).toBe(800);
    }
  });

  it('knows no timestamp where there is none', () => {
    const none = join(
      encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [at(-1n)] }),
      encodeMessageSet({ magic: 0, baseOffset: 0n, codec: 'none', records: [at(5n)] }),
    );
    expect(readBatchFacts(none)).toMatchObject({ batches: 2, firstTimestampMs: null, maxTimestampMs: null });
    expect(readBatchFacts(new Uint8Array(0))).toEqual(emptyBatchFacts());
  });

  it('says when a compressed message hides its count', () => {
    const set = encodeMessageSet({ magic: 1, baseOffset: 0n, codec: 'lz4', records: [at(1n), at(2n)] });
    expect(readBatchFacts(set)).toMatchObject({ count: 1, countKnown: false, codecs: ['lz4'] });
  });

  it('adds up over several fields of one payload without copying them', () => {
    const one = encodeRecordBatch({ baseOffset: 0n, codec: 'zstd', records: [at(1n), at(2n), at(3n)] });
    const payload = join(new Uint8Array(7), one, new Uint8Array(3), one.subarray(0, 40));
    const facts = emptyBatchFacts();
    expect(readBatchFacts(payload, facts, 7, 7 + one.length)).toBe(facts);
    readBatchFacts(payload, facts, 10 + one.length, payload.length);
    expect(facts).toMatchObject({ batches: 1, count: 3, bytes: one.length, truncatedBytes: 40 });
  });

  it('shows codecs and counts nobody defined without believing them', () => {
    const batch = encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [at(1n)] });
    batch[22] = 6;
    new DataView(batch.buffer, batch.byteOffset).setInt32(57, -5);
    expect(readBatchFacts(batch)).toMatchObject({ count: 0, codecs: ['codec-6'] });
  });

  it('accounts for every byte of anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const facts = readBatchFacts(bytes);
        expect(facts.bytes + facts.truncatedBytes).toBe(bytes.length);
      }),
    );
  });
});
