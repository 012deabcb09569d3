import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../src/protocol/json.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { expectRobust, hexBytes, internalTopics, recordPlace, toJson, treeOf } from './payload-checks.ts';

/** What Kafka's dump tool says of a record, in our words. */
interface Dumped {
  readonly type?: string;
  readonly version?: string;
  readonly data: Record<string, unknown>;
}

const topics = ['__consumer_offsets', '__transaction_state', '__share_group_state'];

/** The dump leaves a tagged field at its default out, and prints int64 as a number; the tree has only what is sent. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)));
}

function parsed(text: string): Dumped {
  return parseExactJson(text) as Dumped;
}

describe('records of the coordinators', () => {
  for (const topic of topics) {
    it(`reads what a broker wrote to ${topic} as Kafka's own tool does`, () => {
      let compared = 0;
      for (const log of internalTopics(topic)) {
        const batches = decodeRecordBatches(hexBytes(log.hex)).batches;
        const byOffset = new Map(
          batches.flatMap((batch) => batch.records ?? []).map((one) => [Number(one.offset), one]),
        );
        for (const dumped of log.records) {
          const record = byOffset.get(dumped.offset);
          if (dumped.key === null || record === undefined || record.key === null) continue;
          const key = parsed(dumped.key);
          const keyTree = treeOf(record.key, recordPlace('key', topic));
          const keyJson = toJson(keyTree.spans, record.key);
          expect(comparable(keyJson)).toEqual({ type: Number(key.type), ...(comparable(key.data) as object) });
          compared += 1;
          if (record.value === null || dumped.payload === null) continue;
          const value = parsed(dumped.payload);
          const valueTree = treeOf(record.value, recordPlace('value', topic, { key: record.key }));
          expect(valueTree.note).toContain(` version ${value.version}`);
          const valueJson = toJson(valueTree.spans, record.value);
          expect(comparable(valueJson)).toEqual({
            version: Number(value.version),
            ...(comparable(value.data) as object),
          });
        }
      }
      expect(compared).toBeGreaterThanOrEqual(topic === '__consumer_offsets' ? 50 : 3);
    });
  }

  it('looks into the members of a group: the subscription is read below its bytes', () => {
    const log = internalTopics('__consumer_offsets').flatMap((one) => decodeRecordBatches(hexBytes(one.hex)).batches);
    const records = log.flatMap((batch) => batch.records ?? []);
    const notes = records.flatMap(({ key, value }) => {
      if (key === null || value === null) return [];
      const { spans } = treeOf(value, recordPlace('value', '__consumer_offsets', { key }));
      const members = spans.find((span) => span.name === 'members')?.children ?? [];
      return members.flatMap((member) => member.children.map((field) => field.note ?? ''));
    });
    expect(notes.some((note) => note.includes('consumer subscription, version 3'))).toBe(true);
    expect(notes.some((note) => note.includes('consumer assignment, version'))).toBe(true);
  });

  it('says which type or version it does not know, and shows what stands before', () => {
    const unknownType = treeOf(hexBytes('0009 0001 61'), recordPlace('key', '__consumer_offsets'));
    expect(unknownType.note).toContain('record type 9 is not known');
    expect(unknownType.spans.map((span) => [span.name, span.value, span.note])).toEqual([['type', 9, 'unknown']]);
    const key = hexBytes('0001 0001 67 0001 74 00000000');
    const newer = treeOf(hexBytes('0063 00'), recordPlace('value', '__consumer_offsets', { key }));
    expect(newer.note).toContain('version 99 of OffsetCommitValue: 0 to 4 are known');
    expect(newer.spans).toHaveLength(1);
    const keyless = treeOf(hexBytes('0000'), recordPlace('value', '__consumer_offsets'));
    expect(keyless.note).toContain('names no known record type');
  });

  it('survives any bytes', () => {
    for (const topic of topics) {
      const records = internalTopics(topic)
        .flatMap((log) => decodeRecordBatches(hexBytes(log.hex)).batches)
        .flatMap((batch) => (batch.control ? [] : (batch.records ?? [])));
      const keys = records.flatMap(({ key }) => (key === null ? [] : [key]));
      const values = records.flatMap(({ value }) => (value === null ? [] : [value]));
      expectRobust(keys, recordPlace('key', topic));
      for (const key of keys.slice(0, 6)) expectRobust(values, recordPlace('value', topic, { key }), 60);
    }
  });
});
