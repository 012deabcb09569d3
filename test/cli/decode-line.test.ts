import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bytesFromHex, decodeLine, encodeLine, runLine } from '../../src/cli/decode-line.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { parseExactJson, printJson } from '../../src/protocol/json.ts';
import { releases, sampleLines, sampleMessages } from '../protocol/golden-lines.ts';

type Json = Readonly<Record<string, unknown>>;

function decode(fields: Json, options = {}): Json {
  return parseExactJson(decodeLine(printJson(fields), options)) as Json;
}

function errorOf(line: string, options = {}): unknown {
  const result = runLine(line, options);
  expect(result.ok).toBe(false);
  return (JSON.parse(result.text) as Json).error;
}

describe.each(releases)('the golden lines of $name', ({ name }) => {
  const lines = sampleMessages(name);

  test('decode to their own JSON, are canonical, and encode back to their hex', () => {
    for (const golden of lines) {
      const { variant, hex, ...expected } = golden;
      const request = { lib: name, type: golden.type, key: golden.key, version: golden.version, hex };
      const text = decodeLine(printJson(request));
      const { unstable, bigInts, ...wanted } = expected as Json;
      if (!isDeepStrictEqual(parseExactJson(text), { ...wanted, canonical: true })) {
        throw new Error(`${golden.api} ${golden.type} v${golden.version} ${variant}: ${text.slice(0, 300)}`);
      }
      expect(JSON.parse(encodeLine(`{"lib":"${name}",${text.slice(1)}`))).toEqual({ hex });
    }
  });
});

test('record batches in the form of the golden files', () => {
  const lines = sampleLines<Json>('records.sample.ndjson.gz');
  expect(lines.length).toBeGreaterThan(20);
  const failed = (batch: Json): Json => {
    const { recordsError, ...rest } = batch;
    return { ...rest, failed: recordsError !== undefined };
  };
  for (const line of lines) {
    const read = decode({ type: 'records', hex: line.hex });
    expect((read.batches as Json[]).map(failed)).toEqual((line.batches as Json[]).map(failed));
    expect(read.trailingBytes).toBe(line.trailingBytes);
  }
});

test('nested data, control records with their type', () => {
  for (const line of sampleLines<Json>('nested.ndjson.gz')) {
    const { kind, hex, keyHex, version, body, unknownTags } = line;
    const read = decode({ type: 'nested', kind, hex, ...(keyHex === undefined ? {} : { keyHex }) });
    expect(read).toEqual({ version, body, ...(unknownTags === undefined ? {} : { unknownTags }) });
  }
});

describe('errors say what, where and why', () => {
  test.each([
    ['{"type":', 'bad-input', ''],
    ['[1]', 'bad-input', ''],
    ['{"type":"frame","hex":""}', 'bad-input', 'type'],
    ['{"type":"request"}', 'bad-input', 'hex'],
    ['{"type":"request","hex":"00120000000000zz"}', 'bad-input', 'hex'],
    ['{"type":"request","hex":"001"}', 'bad-input', 'hex'],
    ['{"type":"response","hex":"00000001"}', 'bad-input', 'key'],
    ['{"type":"response","hex":"00000001","key":3}', 'bad-input', 'version'],
    ['{"type":"nested","hex":"0000"}', 'bad-input', 'kind'],
    ['{"type":"nested","kind":"X","hex":"0000"}', 'unknown-kind', ''],
    ['{"type":"request","hex":"03e7000000000001ffff"}', 'unknown-api', ''],
    ['{"type":"request","hex":"0003006300000001ffff"}', 'unknown-version', ''],
    ['{"type":"request","hex":"0003000000000001ffff00000001ffff"}', 'malformed', 'topics[0].name'],
    ['{"type":"response","key":3,"version":0,"hex":"000000017fffffff"}', 'truncated', 'brokers'],
  ])('%s', (line, code, path) => {
    expect(errorOf(line)).toMatchObject({ code, path, message: expect.stringMatching(/./) });
  });

  test('the offset is that of the payload', () => {
    expect(errorOf('{"type":"response","key":3,"version":0,"hex":"000000017fffffff"}')).toMatchObject({ offset: 4 });
  });
});

describe('canonical', () => {
  const body = { clientSoftwareName: 'a', clientSoftwareVersion: '1' };
  const bytes = encodeRequest({ apiKey: 18, apiVersion: 3, correlationId: 1, clientId: 'x', body });
  const hex = Buffer.from(bytes).toString('hex');

  test('is false for trailing bytes, long varints, descending or repeated tags', () => {
    const head = hex.slice(0, -2);
    expect(decode({ type: 'request', hex })).toMatchObject({ canonical: true });
    const twice = `${head}020501aa0501bb`;
    const descending = `${head}020901aa0501bb`;
    for (const other of [`${hex}00`, `${head}8000`, twice, descending]) {
      expect(decode({ type: 'request', hex: other })).toMatchObject({ canonical: false });
    }
  });
});

describe('--encode', () => {
  test('fills in the header and defaults, and takes exact int64', () => {
    const text = encodeLine(
      '{"type":"request","key":2,"version":1,"body":{"replicaId":-1,"topics":[{"name":"a","partitions":[{"timestamp":9223372036854775807}]}]}}',
    );
    const hex = (JSON.parse(text) as { hex: string }).hex;
    expect(hex.startsWith('00020001')).toBe(true);
    expect(hex.endsWith('7fffffffffffffff')).toBe(true);
  });

  test.each([
    ['{"type":"records","hex":""}', 'bad-input', 'type'],
    ['{"type":"request","key":999,"version":0}', 'unknown-version', ''],
    ['{"type":"request","key":3,"version":0,"header":7}', 'bad-input', 'header'],
    ['{"type":"request","key":3,"version":0,"body":{"topix":[]}}', 'not-encodable', 'topix'],
    ['{"type":"request","key":0,"version":3,"body":{"acks":99999}}', 'not-encodable', 'acks'],
    ['{"type":"request","key":0,"version":3,"records":[1]}', 'bad-input', 'records[0]'],
    ['{"type":"request","key":0,"version":9,"unknownTags":[{"in":"tail"}]}', 'bad-input', 'unknownTags[0]'],
    [
      '{"type":"request","key":0,"version":9,"unknownTags":[{"in":"body","path":"","tag":-1,"data":""}]}',
      'bad-input',
      'unknownTags[0].tag',
    ],
  ])('%s', (line, code, path) => {
    expect(errorOf(line, { encode: true })).toMatchObject({ code, path });
  });
});

describe('--redact', () => {
  const sasl = encodeRequest({
    apiKey: 36,
    apiVersion: 2,
    correlationId: 1,
    clientId: null,
    body: { authBytes: Buffer.from('\0user\0secret') },
  });

  test('is off unless asked for', () => {
    const line = { type: 'request', hex: Buffer.from(sasl).toString('hex') };
    expect(decode(line)).toMatchObject({ body: { authBytes: Buffer.from('\0user\0secret').toString('base64') } });
    expect(decode(line, { redact: true })).toMatchObject({ body: { authBytes: '<redacted>' } });
  });

  test('shows records by size only', () => {
    const topicData = [{ name: 'a', partitionData: [{ index: 0, records: Buffer.from('payload') }] }];
    const bytes = encodeRequest({ apiKey: 0, apiVersion: 3, correlationId: 1, clientId: null, body: { topicData } });
    const read = decode({ type: 'request', hex: Buffer.from(bytes).toString('hex') }, { redact: true });
    expect(read.records).toEqual([{ bytes: 7 }]);
  });
});

test('hex is read whole or not at all', () => {
  expect([bytesFromHex(''), bytesFromHex('0aFF')]).toEqual([Buffer.alloc(0), Buffer.from([10, 255])]);
  expect([bytesFromHex('0'), bytesFromHex('0g'), bytesFromHex('00 11')]).toEqual([null, null, null]);
});

test('redaction reaches unknown tags of messages with secrets', () => {
  const data = new Uint8Array(Buffer.from('hunter2-hunter2'));
  const frame = encodeRequest({
    apiKey: 36,
    apiVersion: 2,
    correlationId: 1,
    clientId: 'c',
    body: { authBytes: data },
    unknownTags: [{ in: 'body', path: '', tag: 99, data }],
  });
  const line = JSON.stringify({ type: 'request', hex: Buffer.from(frame).toString('hex') });
  const secret = Buffer.from(data).toString('base64');
  expect(decodeLine(line).split(secret)).toHaveLength(3);
  expect(decodeLine(line, { redact: true })).not.toContain(secret);
});
