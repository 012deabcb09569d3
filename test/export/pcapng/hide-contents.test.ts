import { expect, it } from 'vitest';
import { hideContents } from '../../../src/export/pcapng/hide-contents.ts';
import { decodeRequest, decodeResponse } from '../../../src/protocol/decode.ts';
import { encodeRequest, encodeResponse } from '../../../src/protocol/encode.ts';
import { encodeRecordBatch } from '../../../src/records/encode-records.ts';
import { message } from '../../support/recorded.ts';

const canary = new TextEncoder().encode('canary-value');
const batch = (codec: 'none' | 'zstd') =>
  encodeRecordBatch({ baseOffset: 0n, codec, records: [{ timestamp: 1n, key: canary, value: canary }] });

function produce(records: Uint8Array, apiVersion = 9): Uint8Array {
  const partitionData = [{ index: 0, records }];
  const body = { transactionalId: null, acks: 1, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData }] };
  return encodeRequest({ apiKey: 0, apiVersion, correlationId: 7, clientId: 'shop', body });
}

const hasCanary = (bytes: Uint8Array) => Buffer.from(bytes).includes('canary');

it('overwrites the records of a Produce and leaves the rest to read', () => {
  const bytes = produce(batch('none'));
  const words = hideContents(message('client', 1, bytes, { apiKey: 0, apiVersion: 9 }));
  expect(words).toBe('contents of 1 records overwritten');
  expect(hasCanary(bytes)).toBe(false);
  expect(decodeRequest(bytes)).toMatchObject({ kind: 'decoded', header: { clientId: 'shop' } });
});

it('overwrites the records of a Fetch response, compressed ones as a whole', () => {
  const partitions = [{ partitionIndex: 0, errorCode: 0, highWatermark: 1n, records: batch('zstd') }];
  const body = { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [{ topic: 'orders', partitions }] };
  const bytes = encodeResponse({ apiKey: 1, apiVersion: 12, correlationId: 7, body });
  expect(hideContents(message('broker', 1, bytes, { apiKey: 1, apiVersion: 12 }))).toBe(
    '1 compressed batches overwritten whole',
  );
  expect(hasCanary(bytes)).toBe(false);
  expect(decodeResponse(bytes, 1, 12).kind).toBe('decoded');
});

it.each([
  ['a Produce that was cut', 0, 9],
  ['a version of Produce that nobody knows', 0, 99],
  ['an API that nobody knows', 12_345, 0],
])('keeps only the header of %s', (_name, apiKey, apiVersion) => {
  const bytes = produce(batch('none')).slice(0, -20);
  expect(hasCanary(bytes)).toBe(true);
  expect(hideContents(message('client', 1, bytes, { apiKey, apiVersion, opaque: true }))).toMatch(/undecodable/);
  expect(hasCanary(bytes)).toBe(false);
  expect(Buffer.from(bytes).includes('shop')).toBe(true);
});

it('keeps only the correlation id of a response whose request nobody saw', () => {
  const bytes = Uint8Array.of(0, 0, 0, 9, ...canary);
  expect(hideContents(message('broker', 1, bytes, { apiKey: null, apiVersion: null, opaque: true }))).not.toBeNull();
  expect(Buffer.from(bytes).toString()).toBe('\0\0\0\t************');
});

it('leaves alone what has no records: other APIs, their cut frames, raw tokens', () => {
  const bytes = encodeRequest({ apiKey: 18, apiVersion: 0, correlationId: 1, clientId: 'canary', body: {} });
  for (const changes of [{ apiVersion: 0 }, { apiVersion: 0, opaque: true }, { apiKey: null, rawToken: true }]) {
    expect(hideContents(message('client', 1, bytes, changes))).toBeNull();
  }
  expect(hasCanary(bytes)).toBe(true);
});
