import { describe, expect, it } from 'vitest';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { encodeMessageSet, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { batchesToJson } from '../../src/records/records-json.ts';
import { comparable, readGolden, sampleFile } from './golden-records.ts';

const text = (value: string) => new Uint8Array(Buffer.from(value));
const record = {
  timestamp: 5n,
  key: text('key'),
  value: null,
  headers: [['h', text('value')] as const, ['null', null] as const],
};
const bytes = encodeRecordBatch({ baseOffset: 2n ** 60n, codec: 'none', records: [record] });

describe('batchesToJson', () => {
  it('shows payloads as base64', () => {
    const [batch] = batchesToJson(decodeRecordBatches(bytes), 'show').batches;
    expect(batch?.records).toEqual([
      {
        offset: 2n ** 60n,
        timestamp: 5n,
        sequence: -1,
        key: 'a2V5',
        value: null,
        headers: [
          ['h', 'dmFsdWU='],
          ['null', null],
        ],
      },
    ]);
  });

  it('hides payloads behind their sizes', () => {
    const json = batchesToJson(decodeRecordBatches(bytes), 'hide');
    expect(json.batches[0]?.records).toMatchObject([
      {
        key: { bytes: 3 },
        value: null,
        headers: [
          ['h', { bytes: 5 }],
          ['null', null],
        ],
      },
    ]);
    expect(JSON.stringify(comparable(json))).not.toContain('a2V5');
  });

  it('names the fields in the order of the golden files', () => {
    for (const magic of [0, 1, 2]) {
      const golden = readGolden(sampleFile).find((line) => line.magic === magic && line.name === 'single');
      const json = batchesToJson(decodeRecordBatches(Buffer.from(golden?.hex ?? '', 'hex')), 'show');
      expect(Object.keys(json.batches[0] ?? {}).filter((name) => name !== 'records')).toEqual(
        Object.keys(golden?.batches[0] ?? {}).filter((name) => name !== 'records'),
      );
    }
  });

  it('leaves out what magic 0 and 1 do not have', () => {
    const set = encodeMessageSet({ magic: 0, baseOffset: 3n, codec: 'none', records: [record] });
    const [batch] = batchesToJson(decodeRecordBatches(set), 'show').batches;
    expect(batch).toMatchObject({ count: null, maxTimestamp: -1n });
    expect(batch).not.toHaveProperty('baseTimestamp');
    expect(batch?.records).toEqual([{ offset: 3n, timestamp: -1n, key: 'a2V5', value: null, headers: [] }]);
  });

  it('says why records or the rest of the set cannot be read', () => {
    const broken = new Uint8Array([...bytes, ...bytes]);
    new DataView(broken.buffer).setInt32(57, 99);
    broken[bytes.length + 16] = 7;
    const json = batchesToJson(decodeRecordBatches(broken), 'show');
    expect(json.batches).toMatchObject([
      { records: null, recordsError: expect.stringMatching(/^bad-count at byte 61: /) },
    ]);
    expect(json).toMatchObject({
      trailingBytes: bytes.length,
      error: expect.stringMatching(/^unknown-magic at byte \d+: /),
    });
    expect(batchesToJson(decodeRecordBatches(bytes), 'show')).not.toHaveProperty('error');
  });

  it('prints an undefined codec as unknown', () => {
    const unknown = new Uint8Array(bytes);
    unknown[22] = 7;
    const [batch] = batchesToJson(decodeRecordBatches(unknown), 'show').batches;
    expect(batch).toMatchObject({ compression: 'unknown', records: null });
  });

  it('says when a place is counted in uncompressed bytes', () => {
    const compressed = encodeRecordBatch({ baseOffset: 0n, codec: 'gzip', records: [record] });
    new DataView(compressed.buffer, compressed.byteOffset).setInt32(57, 2);
    const [batch] = batchesToJson(decodeRecordBatches(compressed), 'show').batches;
    expect(batch?.recordsError).toMatch(/at byte \d+ of the uncompressed records: /);
  });
});
