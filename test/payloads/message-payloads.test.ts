import { describe, expect, it } from 'vitest';
import { type ExchangeFacts, MessagePayloads } from '../../src/payloads/message-payloads.ts';
import { annotateMessage } from '../../src/protocol/annotate.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import type { MessageType } from '../../src/protocol/message.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { bytesOf, sampleMessages } from '../protocol/golden-lines.ts';
import { allSpans, expectNested } from '../records/span-checks.ts';
import { hexBytes, host, utf8 } from './payload-checks.ts';

const facts: ExchangeFacts = { saslMechanism: 'PLAIN', recordContents: true, host };

interface Side {
  readonly bytes: Uint8Array;
  readonly type: MessageType;
  readonly apiKey: number;
  readonly apiVersion: number;
}

function enriched(payloads: MessagePayloads, { bytes, type, apiKey, apiVersion }: Side, spansMax = 20_000) {
  const annotation = annotateMessage(bytes, type, apiKey, apiVersion, { spansMax });
  const message = payloads.enrich({ bytes, type, apiKey }, annotation, { spansMax });
  expectNested(message.spans, bytes, message.views);
  return message;
}

function at(spans: readonly FieldSpan[], path: string): FieldSpan | undefined {
  return allSpans(spans).find((span) => span.path === path);
}

const offsetKey = hexBytes('0001 0001 67 0001 74 00000005');
const commit = { timestamp: 0n, key: offsetKey, value: null };

function fetchOf(topic: string): Side {
  const records = encodeRecordBatch({ baseOffset: 3n, codec: 'lz4', records: [commit] });
  const body = { responses: [{ topic, partitions: [{ partitionIndex: 0, highWatermark: 4n, records }] }] };
  const bytes = encodeResponse({ apiKey: 1, apiVersion: 11, correlationId: 1, body });
  return { bytes, type: 'response', apiKey: 1, apiVersion: 11 };
}

const recordPath = 'body.responses[0].partitions[0].records[0].records[0]';

describe('MessagePayloads', () => {
  it('leaves every field of the golden messages where it was, and only adds', () => {
    for (const golden of sampleMessages('4.4.0')) {
      const bytes = new Uint8Array(bytesOf(golden));
      const side: Side = { bytes, type: golden.type, apiKey: golden.key, apiVersion: golden.version };
      const before = annotateMessage(bytes, side.type, side.apiKey, side.apiVersion, { spansMax: 20_000 });
      const after = enriched(new MessagePayloads(facts), side);
      const paths = new Set(allSpans(after.spans).map((span) => `${span.path} ${span.start} ${span.end}`));
      for (const span of allSpans(before.spans)) expect(paths).toContain(`${span.path} ${span.start} ${span.end}`);
    }
  });

  it('shows batches and records below a records field, read by their topic', () => {
    const { spans, views } = enriched(new MessagePayloads(facts), fetchOf('__consumer_offsets'));
    expect(at(spans, `${recordPath}.key.group`)).toMatchObject({ value: 'g', view: 0 });
    expect(at(spans, `${recordPath}.value`)).toMatchObject({ value: null, note: 'null: a tombstone' });
    expect(views.map((view) => view.name)).toEqual(['body.responses[0].partitions[0].records[0].records uncompressed']);
    const other = enriched(new MessagePayloads(facts), fetchOf('orders'));
    expect(at(other.spans, `${recordPath}.key.group`)).toBeUndefined();
  });

  it('gives no key, value or view where contents are not wanted', () => {
    const hidden = enriched(new MessagePayloads({ ...facts, recordContents: false }), fetchOf('__consumer_offsets'));
    expect(hidden.views).toEqual([]);
    expect(allSpans(hidden.spans).some((span) => ['key', 'value', 'headers'].includes(span.name))).toBe(false);
    expect(at(hidden.spans, 'body.responses[0].partitions[0].records[0].records')?.note).toMatch(/^1 record in /);
  });

  it('knows the topic of an id where somebody does', () => {
    const topicId = 'InXyV6rsRRePn1nARiDpLg';
    const records = encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [commit] });
    const body = { acks: -1, timeoutMs: 1, topicData: [{ topicId, partitionData: [{ index: 0, records }] }] };
    const bytes = encodeRequest({ apiKey: 0, apiVersion: 13, correlationId: 1, clientId: 'x', body });
    const side: Side = { bytes, type: 'request', apiKey: 0, apiVersion: 13 };
    const path = 'body.topicData[0].partitionData[0].records[0].records[0].key.group';
    const named = { ...host, topicName: (id: string) => (id === topicId ? '__consumer_offsets' : null) };
    expect(at(enriched(new MessagePayloads({ ...facts, host: named }), side).spans, path)?.value).toBe('g');
    expect(at(enriched(new MessagePayloads(facts), side).spans, path)).toBeUndefined();
  });

  it("reads a response's members by what the request stated", () => {
    const payloads = new MessagePayloads(facts);
    const metadata = hexBytes('0000 00000001 0001 61 ffffffff');
    const request = encodeRequest({
      apiKey: 11,
      apiVersion: 5,
      correlationId: 1,
      clientId: 'x',
      body: { groupId: 'g', protocolType: 'consumer', protocols: [{ name: 'custom', metadata }] },
    });
    const asked = enriched(payloads, { bytes: request, type: 'request', apiKey: 11, apiVersion: 5 });
    expect(at(asked.spans, 'body.protocols[0].metadata.topics[0]')?.value).toBe('a');
    const response = encodeResponse({
      apiKey: 11,
      apiVersion: 5,
      correlationId: 1,
      body: { protocolName: 'custom', leader: 'm', memberId: 'm', members: [{ memberId: 'm', metadata }] },
    });
    const answered = enriched(payloads, { bytes: response, type: 'response', apiKey: 11, apiVersion: 5 });
    expect(at(answered.spans, 'body.members[0].metadata.topics[0]')?.value).toBe('a');
  });

  it('reads the response of an envelope by the request inside its request', () => {
    const payloads = new MessagePayloads(facts);
    const inner = encodeRequest({
      apiKey: 42,
      apiVersion: 2,
      correlationId: 9,
      clientId: 'x',
      body: { groupsNames: ['g'] },
    });
    const outer = { requestData: inner, requestPrincipal: null, clientHostAddress: hexBytes('7f000001') };
    const request = encodeRequest({ apiKey: 58, apiVersion: 0, correlationId: 1, clientId: null, body: outer });
    const asked = enriched(payloads, { bytes: request, type: 'request', apiKey: 58, apiVersion: 0 });
    expect(at(asked.spans, 'body.requestData.body.groupsNames[0]')?.value).toBe('g');
    const answer = encodeResponse({
      apiKey: 42,
      apiVersion: 2,
      correlationId: 9,
      body: { results: [{ groupId: 'g', errorCode: 69 }] },
    });
    const response = encodeResponse({
      apiKey: 58,
      apiVersion: 0,
      correlationId: 1,
      body: { responseData: answer, errorCode: 0 },
    });
    const answered = enriched(payloads, { bytes: response, type: 'response', apiKey: 58, apiVersion: 0 });
    expect(at(answered.spans, 'body.responseData.body.results[0].errorCode')?.note).toBe('GROUP_ID_NOT_FOUND');
  });

  it('reads SASL tokens by the mechanism of the connection, in messages and raw', () => {
    const authBytes = utf8('\0alice\0secret');
    const bytes = encodeRequest({ apiKey: 36, apiVersion: 2, correlationId: 1, clientId: 'x', body: { authBytes } });
    const { spans } = enriched(new MessagePayloads(facts), { bytes, type: 'request', apiKey: 36, apiVersion: 2 });
    expect(at(spans, 'body.authBytes.user')?.value).toBe('alice');
    const raw = new MessagePayloads(facts).token(authBytes);
    expect(at(raw.spans, 'token.user')?.value).toBe('alice');
    expect(allSpans(raw.spans).map((span) => String(span.value))).not.toContain('secret');
    expect(new MessagePayloads(facts).token(new Uint8Array(9).fill(0x2a)).spans[0]?.note).toBe('9 bytes, redacted');
  });

  it('keeps to its number of spans', () => {
    const side = fetchOf('orders');
    const annotation = annotateMessage(side.bytes, 'response', 1, 11, { spansMax: 40 });
    const there = allSpans(annotation.spans).length;
    const message = new MessagePayloads(facts).enrich(side, annotation, { spansMax: there + 5 });
    expect(allSpans(message.spans)).toHaveLength(there + 5);
    expect(message.omitted).toBeGreaterThan(0);
  });
});
