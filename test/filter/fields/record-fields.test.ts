import { expect, test } from 'vitest';
import { recordFields } from '../../../src/filter/fields/record-fields.ts';
import { encodeRecordBatch } from '../../../src/records/encode-records.ts';
import { matching } from '../matching.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const records = encodeRecordBatch({
  baseOffset: 100n,
  codec: 'gzip',
  records: [
    { timestamp: 1n, key: bytes('k1'), value: bytes('{"amount":5}'), headers: [['trace-id', bytes('abc')]] },
    { timestamp: 2n, key: null, value: bytes('second'), headers: [] },
  ],
});

const bodies = { request: { topicData: [{ name: 'a', partitionData: [{ index: 0, records }] }] } };

test('records are decompressed and read', () => {
  const texts = [
    'key == "k1"',
    'value ~ /"amount":\\d/',
    'header == "trace-id"',
    'header.value == "abc"',
    'offset in {101..200}',
  ];
  expect(texts).toHaveLength(recordFields.length);
  expect(matching(texts, {}, bodies)).toEqual(texts);
});

test('inside a quantifier they are about one record', () => {
  const texts = [
    'any(key == "k1" && value contains "amount")',
    'any(key == "k1" && value contains "second")',
    'count(value) == 2',
    'all(key)',
    'any(!key && offset == 101)',
  ];
  expect(matching(texts, {}, bodies)).toEqual([texts[0], texts[2], texts[4]]);
});

test('bytes that are no records have none', () => {
  const broken = { response: { responses: [{ records: bytes('no batch at all, and long enough to look like one') }] } };
  expect(matching(['key', 'value', 'offset'], {}, broken)).toEqual([]);
  expect(matching(['key', 'value', 'offset'], {}, {})).toEqual([]);
});
