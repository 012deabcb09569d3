import { expect, test } from 'vitest';
import { requestTree, treeSpansMax } from '../../src/cli/decode-tree.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';

const metadata = encodeRequest({
  apiKey: 3,
  apiVersion: 0,
  correlationId: 7,
  clientId: 'me',
  body: { topics: [{ name: 'a\u001b[2J\u009b2J' }] },
});

test('fields with offset and size, control characters of the frame escaped', () => {
  const { text, ok } = requestTree(metadata, false);
  expect(ok).toBe(true);
  expect(text.split('\n').slice(0, 12)).toEqual([
    'Metadata request, version 0, 27 bytes',
    'offset   size  field',
    '     0     12  header  STRUCT',
    '     0      2    requestApiKey: 3 (Metadata)  INT16',
    '     2      2    requestApiVersion: 0  INT16',
    '     4      4    correlationId: 7  INT32',
    '     8      4    clientId: "me"  NULLABLE_STRING',
    '    12     15  body  STRUCT',
    '    12     15    topics (1 element)  ARRAY',
    '    16     11      [0]  STRUCT',
    '    16     11        name: "a\\u001b[2J\\u009b2J"  STRING',
    '',
  ]);
});

test('a size prefix is recognised, and offsets count it', () => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(metadata.length);
  const { text, ok } = requestTree(Buffer.concat([size, metadata]), false);
  expect(ok).toBe(true);
  expect(text).toContain('27 bytes after the size');
  expect(text).toContain('     4      2    requestApiKey: 3 (Metadata)');
});

test('a frame that cannot be read shows what could be, and where it stopped', () => {
  const { text, ok } = requestTree(metadata.subarray(0, 20), false);
  expect(ok).toBe(false);
  expect(text).toContain('correlationId: 7');
  expect(text).toContain('truncated at byte 18 in topics[0].name: needs 9 bytes, 2 are left.');
  expect(requestTree(new Uint8Array(3), false)).toMatchObject({ ok: false, text: expect.stringContaining('too few') });
});

test('--redact hides credentials, also of a frame that cannot be read', () => {
  const body = { authBytes: Buffer.from('hunter2') };
  const sasl = encodeRequest({ apiKey: 36, apiVersion: 0, correlationId: 1, clientId: null, body });
  expect(requestTree(sasl, true).text).not.toContain('hunter2');
  expect(requestTree(sasl.subarray(0, -3), true).text).not.toContain('hunt');
});

test('a frame of very many fields is cut with a word about it', () => {
  const topics = Array.from({ length: treeSpansMax }, () => ({ name: 'a' }));
  const bytes = encodeRequest({ apiKey: 3, apiVersion: 0, correlationId: 7, clientId: null, body: { topics } });
  const { text, ok } = requestTree(bytes, false);
  expect(ok).toBe(true);
  expect(text).toMatch(/\d+ more fields are not shown\./);
});

test('shows the fields of compressed records with offsets of their own bytes', () => {
  const records = encodeRecordBatch({
    baseOffset: 0n,
    codec: 'gzip',
    records: [{ timestamp: 1n, key: null, value: new TextEncoder().encode('{"id":470}') }],
  });
  const body = { acks: 1, topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }] };
  const frame = encodeRequest({ apiKey: 0, apiVersion: 9, correlationId: 1, clientId: null, body });
  const { text, ok } = requestTree(frame, false);
  expect(ok).toBe(true);
  expect(text).toMatch(/1:0 +\d+ +\[0\] \(offset 0\) {2}RECORD/);
  expect(text).toContain('value: "{\\"id\\":470}"');
  expect(requestTree(frame, true).text).not.toContain('470');
});
