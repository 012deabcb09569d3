import { describe, expect, it } from 'vitest';
import { eventLine, exchangeLine, lineFieldBytesMax, summaryLine } from '../../src/export/ndjson.ts';
import { RunSummary } from '../../src/export/run-summary.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

const options = { records: false, payload: 'hide', unsafeShowSecrets: false } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

function produceConversation(): Conversation {
  const records = encodeRecordBatch({
    baseOffset: 0n,
    codec: 'lz4',
    records: [
      {
        timestamp: 1_700_000_000_000n,
        key: bytes('k'),
        value: bytes('canary-value'),
        headers: [['h', bytes('canary-header')]],
      },
    ],
  });
  return new Conversation()
    .request(0, 9, 77, {
      acks: 1,
      timeoutMs: 1500,
      topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
    })
    .response(0, 9, 77, {
      responses: [{ name: 'orders', partitionResponses: [{ index: 0, baseOffset: 9_007_199_254_740_993n }] }],
    });
}

describe('exchangeLine', () => {
  it('has every field of the contract and exact 64-bit digits', () => {
    const { exchanges } = driveEngine(produceConversation().inputs);
    const exchange = exchanges[0];
    if (exchange === undefined) throw new Error('no exchange');
    const line = exchangeLine(exchange, options);
    expect(line).not.toContain('\n');
    expect(line).toContain('"baseOffset":9007199254740993');
    const parsed = JSON.parse(line);
    expect(Object.keys(parsed)).toEqual([
      'schema',
      'seq',
      'status',
      'connection',
      'client',
      'api',
      'correlationId',
      'request',
      'response',
      'timing',
      'throttleTimeMs',
      'errors',
      'topics',
      'group',
      'transactionalId',
      'records',
      'session',
      'tags',
    ]);
    expect(parsed).toMatchObject({
      schema: 'kafka-scope/exchange@1',
      status: 'answered',
      api: { key: 0, name: 'Produce', version: 9, guessed: false },
      correlationId: 77,
      records: { count: 1, batches: 1, codecs: ['lz4'] },
    });
    expect(parsed.request.body.topicData[0].partitionData[0].recordsSizeInBytes).toBeGreaterThan(60);
    expect(parsed.request.header).toEqual({
      requestApiKey: 0,
      requestApiVersion: 9,
      correlationId: 77,
      clientId: 'test',
    });
  });

  it('prints records only when asked, and keys and values only with payload show', () => {
    const exchange = driveEngine(produceConversation().inputs).exchanges[0];
    if (exchange === undefined) throw new Error('no exchange');
    const hidden = exchangeLine(exchange, { ...options, records: true });
    expect(JSON.parse(hidden).records.batches[0].records[0]).toMatchObject({
      key: { bytes: 1 },
      value: { bytes: 12 },
      headers: [['h', { bytes: 13 }]],
    });
    expect(hidden).not.toContain(Buffer.from('canary').toString('base64').slice(0, 6));
    const shown = exchangeLine(exchange, { ...options, records: true, payload: 'show' });
    expect(JSON.parse(shown).records.batches[0].records[0].value).toBe(Buffer.from('canary-value').toString('base64'));
  });

  it('prints secrets as <redacted> unless asked', () => {
    const conversation = new Conversation()
      .request(36, 1, 5, { authBytes: bytes('\0alice\0canary-password') })
      .response(36, 1, 5, { authBytes: bytes('canary-answer') });
    const kept = driveEngine(conversation.inputs).exchanges[0];
    if (kept === undefined) throw new Error('no exchange');
    const line = exchangeLine(kept, options);
    expect(JSON.parse(line).request.body.authBytes).toBe('<redacted>');
    expect(JSON.parse(line).response.body.authBytes).toBe('<redacted>');
    const loud = driveEngine(conversation.inputs, { unsafeShowSecrets: true }).exchanges[0];
    if (loud === undefined) throw new Error('no exchange');
    const shown = JSON.parse(exchangeLine(loud, { ...options, unsafeShowSecrets: true }));
    expect(Buffer.from(shown.request.body.authBytes, 'base64').toString()).toContain('canary-password');
  });

  it('says why a message has no body', () => {
    const unknown = framed(Uint8Array.from([0x03, 0xe7, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 0]));
    const exchange = driveEngine(new Conversation().raw('client', unknown).closed().inputs).exchanges[0];
    if (exchange === undefined) throw new Error('no exchange');
    const parsed = JSON.parse(exchangeLine(exchange, options));
    expect(parsed.api).toEqual({ key: 999, name: null, version: 0, guessed: false });
    expect(parsed.request).toMatchObject({ body: null, opaque: { reason: 'unknown-api' } });
    expect(parsed.response).toBeNull();
  });
});

describe('a message too large for a line', () => {
  // Metadata v0 request: key, version, correlation id, client id '', then topic names of 32,000 bytes each.
  const topics = Math.ceil(lineFieldBytesMax / 32_002);
  const large = Buffer.alloc(14 + topics * 32_002, 'a');
  large.set([0, 3, 0, 0, 0, 0, 0, 7, 0, 0], 0);
  large.writeInt32BE(topics, 10);
  for (let topic = 0; topic < topics; topic += 1) large.writeInt16BE(32_000, 14 + topic * 32_002);
  const facts = { atUs: 1, lastByteUs: 2, sizeBytes: large.length, bytes: large, opaque: null };

  it('has no body and says so, while its other side is printed', () => {
    const { request, response } = JSON.parse(
      exchangeLine(exchangeFixture(1, { apiKey: 3, apiVersion: 0, request: facts, correlationId: 7 }), options),
    );
    expect(request).toMatchObject({ body: null, sizeBytes: large.length, opaque: { reason: 'truncated' } });
    expect(request.header).toMatchObject({ requestApiKey: 3, correlationId: 7 });
    expect(request.opaque.detail).toContain('too many for a line');
    expect(response).toBeNull();
  });

  it('is printed up to that size, by records beside it too', () => {
    const records = { count: 1, batches: 1, bytes: 32_002, uncompressedBytes: null, codecs: [] };
    const exchange = exchangeFixture(1, { apiKey: 3, apiVersion: 0, request: facts, correlationId: 7, records });
    expect(JSON.parse(exchangeLine(exchange, options)).request.body.topics).toHaveLength(topics);
  });
});

describe('the other lines', () => {
  it('prints events and the summary with the totals of the contract', () => {
    const { all, events } = driveEngine(produceConversation().closed().inputs);
    const opened = events[0];
    if (opened === undefined) throw new Error('no event');
    expect(JSON.parse(eventLine(opened))).toMatchObject({
      schema: 'kafka-scope/event@1',
      kind: 'connection-opened',
      connection: 1,
    });
    const summary = new RunSummary();
    for (const event of all) summary.apply(event);
    const line = JSON.parse(summaryLine(summary.facts({ packets: null, bytes: 10, byApi: {} })));
    expect(line).toEqual({
      schema: 'kafka-scope/summary@1',
      limitsReached: {},
      packets: null,
      bytes: 10,
      connections: 1,
      requests: 1,
      responses: 1,
      exchanges: { answered: 1, 'unanswered-by-design': 0, abandoned: 0, orphan: 0 },
      byApi: {},
      opaque: {},
      gaps: 0,
      notKafka: 0,
      incompleteFrames: 0,
      dropped: 0,
      skipped: { requests: 0, responses: 0, bytes: 0 },
    });
  });
});
