import { describe, expect, it } from 'vitest';
import { readControlRecordKey, readCoordinatorEpoch } from '../../src/records/control-records.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { bytesOf, readGolden, sampleFile } from './golden-records.ts';

describe('control records Kafka wrote', () => {
  it.each([
    ['control-abort', 0, 'ABORT'],
    ['control-commit', 1, 'COMMIT'],
    ['control-leader-change-v0', 2, 'LEADER_CHANGE'],
    ['control-snapshot-header', 3, 'SNAPSHOT_HEADER'],
    ['control-snapshot-footer', 4, 'SNAPSHOT_FOOTER'],
    ['control-kraft-version', 5, 'KRAFT_VERSION'],
    ['control-voters', 6, 'KRAFT_VOTERS'],
  ])('%s', (name, type, typeName) => {
    const golden = readGolden(sampleFile).find((line) => line.name === name);
    if (golden === undefined) throw new Error(`${name} is in the sample`);
    const [batch] = decodeRecordBatches(bytesOf(golden)).batches;
    expect(batch?.control).toBe(true);
    const record = batch?.records?.[0];
    expect(readControlRecordKey(record?.key ?? null)).toMatchObject({ type, name: typeName });
    if (type <= 1) expect(readCoordinatorEpoch(record?.value ?? null)).toBeGreaterThanOrEqual(0);
  });
});

describe('readControlRecordKey', () => {
  it('knows no name for a newer type, and reads keys that newer versions made longer', () => {
    expect(readControlRecordKey(Uint8Array.of(0, 9, 0, 77, 1, 2))).toEqual({ version: 9, type: 77, name: null });
    expect(readControlRecordKey(Uint8Array.of(0, 0, 0xff, 0xff))).toEqual({ version: 0, type: -1, name: null });
  });

  it('gives null for what is no control key', () => {
    expect(readControlRecordKey(null)).toBeNull();
    expect(readControlRecordKey(Uint8Array.of(0, 0, 0))).toBeNull();
  });
});

describe('readCoordinatorEpoch', () => {
  it('reads the epoch behind the version', () => {
    expect(readCoordinatorEpoch(Uint8Array.of(0, 0, 0, 0, 1, 2))).toBe(258);
    expect(readCoordinatorEpoch(Uint8Array.of(0, 0, 0, 0, 1))).toBeNull();
    expect(readCoordinatorEpoch(null)).toBeNull();
  });
});
