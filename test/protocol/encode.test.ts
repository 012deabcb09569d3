import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeByPlan, decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import { EncodeError, encodeByPlan, encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { equalFields } from '../../src/protocol/field-equality.ts';
import { jsonToStruct } from '../../src/protocol/json.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';
import { bytesOf, releases, sampleMessages } from './golden-lines.ts';

test('decode of encode is the same body, for any body of any version', () => {
  fc.assert(
    fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
      const plan = planOf(apiKey, type, apiVersion);
      const header = plan.type === 'request' ? { requestApiKey: plan.apiKey, requestApiVersion: plan.apiVersion } : {};
      const message = decodeByPlan(encodeByPlan(plan, header, body), plan);
      if (message.kind === 'opaque') throw new Error(JSON.stringify(message));
      expect(equalFields(message.body, body)).toBe(true);
      expect(message.trailingBytes).toBe(0);
    }),
    { numRuns: 1_000 },
  );
});

test.each(releases)("Kafka's JSON of $name encodes to Kafka's bytes", ({ name, lib }) => {
  for (const golden of sampleMessages(name)) {
    const plan = planFor(golden.key, golden.type, golden.version, lib);
    if (plan === null) throw new Error(`no plan for ${golden.api}`);
    const records = (golden.records ?? []).map((record) => Buffer.from(record, 'base64'));
    const tags = (golden.unknownTags ?? []).map((tag) => ({ ...tag, data: Buffer.from(tag.data, 'base64') }));
    const bytes = encodeByPlan(
      plan,
      jsonToStruct(plan.header, golden.header),
      jsonToStruct(plan.body, golden.body, records),
      tags,
    );
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(bytesOf(golden)).toString('hex'));
  }
});

describe('defaults', () => {
  test("missing fields take the schema's default", () => {
    const bytes = encodeRequest({
      apiKey: 1,
      apiVersion: 4,
      correlationId: 1,
      clientId: 'x',
      body: { maxWaitMs: 500 },
    });
    expect(decodeRequest(bytes)).toMatchObject({
      body: { replicaId: -1, maxWaitMs: 500, minBytes: 0, maxBytes: 0x7fffffff, isolationLevel: 0, topics: [] },
    });
  });

  test('a tagged field at its default is not written', () => {
    const body = { nodeEndpoints: [], responses: [], throttleTimeMs: 0 };
    const given = encodeResponse({ apiKey: 0, apiVersion: 10, correlationId: 1, body });
    expect(given).toEqual(encodeResponse({ apiKey: 0, apiVersion: 10, correlationId: 1, body: {} }));
    expect(decodeResponse(given, 0, 10)).not.toHaveProperty('body.nodeEndpoints');
  });
});

describe('unknown tags', () => {
  const tag = (number: number, path = ''): { in: 'body'; path: string; tag: number; data: Uint8Array } => {
    return { in: 'body', path, tag: number, data: new Uint8Array([number]) };
  };
  const produce = { apiKey: 0, apiVersion: 10, correlationId: 1 };

  test('are merged with the known ones, ascending', () => {
    const body = { responses: [], throttleTimeMs: 0, nodeEndpoints: [{ nodeId: 1, host: 'a', port: 1, rack: null }] };
    const message = decodeResponse(encodeResponse({ ...produce, body, unknownTags: [tag(9), tag(4)] }), 0, 10);
    expect(message.kind === 'decoded' && message.unknownTags.map((unknown) => unknown.tag)).toEqual([4, 9]);
    expect(message).toHaveProperty('body.nodeEndpoints');
  });

  test('are refused twice, over a known tag, or for a struct that is not there', () => {
    for (const unknownTags of [[tag(4), tag(4)], [tag(0)], [tag(5, 'responses[7]')]]) {
      expect(() => encodeResponse({ ...produce, body: {}, unknownTags })).toThrow(EncodeError);
    }
    expect(() => encodeResponse({ ...produce, apiVersion: 3, body: {}, unknownTags: [tag(4)] })).toThrow(EncodeError);
  });

  test('keep a tagged struct alive that is otherwise at its default', () => {
    const partition = { index: 0, errorCode: 0, baseOffset: 0n, currentLeader: { leaderId: -1, leaderEpoch: -1 } };
    const body = { responses: [{ name: 'a', partitionResponses: [partition] }] };
    const path = 'responses[0].partitionResponses[0].currentLeader';
    const bytes = encodeResponse({ ...produce, body, unknownTags: [tag(6, path)] });
    const message = decodeResponse(bytes, 0, 10);
    expect(message.kind === 'decoded' && message.unknownTags.map((unknown) => unknown.path)).toEqual([path]);
    expect(message).toHaveProperty(`body.${path}`, { leaderId: -1, leaderEpoch: -1 });
  });
});

describe('values a schema cannot hold', () => {
  const metadata = (topics: never): Uint8Array =>
    encodeRequest({ apiKey: 3, apiVersion: 0, correlationId: 1, clientId: null, body: { topics } });

  test.each([
    [{ acks: 40_000 }, 'acks'],
    [{ acks: 1.5 }, 'acks'],
    [{ acks: '1' }, 'acks'],
    [{ timeoutMs: null }, 'timeoutMs'],
    [{ transactionalId: 5 }, 'transactionalId'],
    [{ transactionalId: 'x'.repeat(32_768) }, 'transactionalId'],
    [{ topicData: 'none' }, 'topicData'],
    [{ topicData: [{ name: 'a' }, 7] }, 'topicData[1]'],
    [{ topicData: [{ name: null }] }, 'topicData[0].name'],
    [{ topicData: [{ partitionData: [{ records: 'text' }] }] }, 'topicData[0].partitionData[0].records'],
  ])('%j names %s', (body, path) => {
    expect(() => encodeRequest({ apiKey: 0, apiVersion: 3, correlationId: 1, clientId: null, body })).toThrow(
      expect.objectContaining({ name: 'EncodeError', path }),
    );
  });

  test('int64 must fit 64 bits, a uuid must be 16 bytes', () => {
    const body = { responses: [{ partitionResponses: [{ baseOffset: 2n ** 63n }] }] };
    expect(() => encodeResponse({ apiKey: 0, apiVersion: 3, correlationId: 1, body })).toThrow(EncodeError);
    const topics = [{ topicId: 'short', name: null }];
    expect(() =>
      encodeRequest({ apiKey: 3, apiVersion: 12, correlationId: 1, clientId: null, body: { topics } }),
    ).toThrow(EncodeError);
  });

  test('null where this version has none', () => {
    expect(() => metadata(null as never)).toThrow('topics: expected a value');
  });

  test('an unknown API or version', () => {
    expect(() => encodeResponse({ apiKey: 999, apiVersion: 0, correlationId: 1, body: {} })).toThrow('999');
    expect(() => encodeResponse({ apiKey: 3, apiVersion: 99, correlationId: 1, body: {} })).toThrow('no version 99');
  });
});
