import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import { encodeByPlan, encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Message } from '../../src/protocol/message.ts';
import { topicsPerExchangeMax, WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';
import { arbitrarySpoiltFrame, behindVersion } from './compiled-agreement.ts';
import { bytesOf, corpusMessages, fullCorpusIsThere, type GoldenMessage, sampleMessages } from './golden-lines.ts';

const facts = new WalkFacts();

function decode(golden: GoldenMessage, bytes: Uint8Array): Message {
  return golden.type === 'request' ? decodeRequest(bytes) : decodeResponse(bytes, golden.key, golden.version);
}

/** Walk and decode must tell the same story of any bytes. */
function expectAgreement(bytes: Uint8Array, golden: GoldenMessage): void {
  const message = decode(golden, bytes);
  const walked = walkMessage(bytes, golden.type, golden.key, golden.version, facts);
  if (message.kind === 'decoded') {
    expect([walked, facts.endOffset]).toEqual([true, bytes.length - message.trailingBytes]);
    const spans: Uint8Array[] = [];
    for (let at = 0; at < facts.recordSpans.length; at += 2) {
      spans.push(bytes.subarray(facts.recordSpans[at], facts.recordSpans[at + 1]));
    }
    expect(spans).toEqual(message.records);
    return;
  }
  expect([walked, facts.failReason]).toEqual([false, message.reason]);
  expect(facts.failDetail).not.toBe('');
}

describe('agreement with decode', () => {
  const lines = sampleMessages('4.4.0');

  test('over the sample', () => {
    for (const golden of lines) expectAgreement(bytesOf(golden), golden);
  });

  test.skipIf(!fullCorpusIsThere)('over the whole corpus', () => {
    for (const golden of corpusMessages('4.4.0')) {
      const bytes = bytesOf(golden);
      const walked = walkMessage(bytes, golden.type, golden.key, golden.version, facts);
      if (!walked || facts.endOffset !== bytes.length)
        throw new Error(`${golden.api} v${golden.version}: ${facts.failDetail}`);
    }
  });

  test('over mutated and cut frames', () => {
    fc.assert(
      fc.property(arbitrarySpoiltFrame(lines, behindVersion), ({ golden, bytes }) => {
        expectAgreement(bytes, golden);
      }),
      { numRuns: 5_000 },
    );
  });

  test('over any body of any version', () => {
    fc.assert(
      fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
        const plan = planOf(apiKey, type, apiVersion);
        const header =
          plan.type === 'request' ? { requestApiKey: plan.apiKey, requestApiVersion: plan.apiVersion } : {};
        const bytes = encodeByPlan(plan, header, body);
        expect(walkMessage(bytes, plan.type, plan.apiKey, plan.apiVersion, facts)).toBe(true);
        expect(facts.endOffset).toBe(bytes.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('facts', () => {
  test('of a Metadata response with more topics than are listed', () => {
    const topics = Array.from({ length: 40 }, (_, index) => ({
      errorCode: index === 3 ? 5 : 0,
      name: `topic-${index}`,
      topicId: Buffer.alloc(16, index).toString('base64url'),
      partitions: [{ errorCode: index === 7 ? 6 : 0 }],
    }));
    const bytes = encodeResponse({
      apiKey: 3,
      apiVersion: 12,
      correlationId: 1,
      body: { throttleTimeMs: 250, topics },
    });
    expect(walkMessage(bytes, 'response', 3, 12, facts)).toBe(true);
    expect(facts).toMatchObject({ throttleTimeMs: 250, errorCount: 2, firstErrorCode: 5, topicCount: 40 });
    expect(facts.topics).toEqual(topics.slice(0, topicsPerExchangeMax).map((topic) => topic.name));
    // The zero id of the first topic says "no id".
    expect(facts.topicIds).toEqual(topics.slice(1, topicsPerExchangeMax + 1).map((topic) => topic.topicId));
  });

  test('of a transactional Produce', () => {
    const partitionData = [
      { index: 0, records: new Uint8Array([1, 2, 3]) },
      { index: 1, records: null },
    ];
    const topicData = [
      { name: 'a', partitionData },
      { name: 'a', partitionData: [] },
      { name: 'b', partitionData: [] },
    ];
    const body = { transactionalId: 'tx', acks: -1, timeoutMs: 30_000, topicData };
    const bytes = encodeRequest({ apiKey: 0, apiVersion: 9, correlationId: 1, clientId: 'c', body });
    expect(walkMessage(bytes, 'request', 0, 9, facts)).toBe(true);
    expect(facts).toMatchObject({
      transactionalId: 'tx',
      topics: ['a', 'b'],
      topicCount: 2,
      throttleTimeMs: -1,
      errorCount: 0,
    });
    expect([facts.topLevel('acks'), facts.topLevel('timeoutMs'), facts.topLevel('maxWaitMs')]).toEqual([
      -1,
      30_000,
      null,
    ]);
    expect([...bytes.subarray(facts.recordSpans[0], facts.recordSpans[1])]).toEqual([1, 2, 3]);
    expect(facts.recordSpans).toHaveLength(2);
  });

  test('of a group heartbeat, and nothing of it is left for the next walk', () => {
    const heartbeat = encodeRequest({
      apiKey: 12,
      apiVersion: 4,
      correlationId: 1,
      clientId: 'c',
      body: { groupId: 'g' },
    });
    expect(walkMessage(heartbeat, 'request', 12, 4, facts)).toBe(true);
    expect([facts.groupId, facts.topLevel('generationId')]).toEqual(['g', 0]);
    const answer = encodeResponse({ apiKey: 12, apiVersion: 4, correlationId: 1, body: { errorCode: 27 } });
    expect(walkMessage(answer, 'response', 12, 4, facts)).toBe(true);
    expect(facts).toMatchObject({ groupId: null, errorCount: 1, firstErrorCode: 27, throttleTimeMs: 0 });
    expect([facts.topLevel('generationId'), facts.topLevel('errorCode')]).toEqual([null, 27]);
    expect(walkMessage(answer.subarray(0, 6), 'response', 12, 4, facts)).toBe(false);
    expect([facts.topLevel('errorCode'), facts.ok]).toEqual([null, false]);
  });

  test('lists taken over by a reader are not emptied by the next walk', () => {
    const topics = [{ topic: 'kept' }];
    const bytes = encodeRequest({ apiKey: 1, apiVersion: 4, correlationId: 1, clientId: null, body: { topics } });
    walkMessage(bytes, 'request', 1, 4, facts);
    const taken = facts.topics;
    walkMessage(
      encodeRequest({ apiKey: 18, apiVersion: 0, correlationId: 1, clientId: null, body: {} }),
      'request',
      18,
      0,
      facts,
    );
    expect([taken, facts.topics]).toEqual([['kept'], []]);
  });

  test('subscribed topic names of an array of strings', () => {
    const body = { groupId: 'g', subscribedTopicNames: ['a', 'b'] };
    const bytes = encodeRequest({ apiKey: 68, apiVersion: 0, correlationId: 1, clientId: null, body });
    walkMessage(bytes, 'request', 68, 0, facts);
    expect(facts).toMatchObject({ groupId: 'g', topics: ['a', 'b'], topicCount: 2 });
  });
});

test('no plan, no walk', () => {
  expect(walkMessage(new Uint8Array(20), 'request', 999, 0, facts)).toBe(false);
  expect(facts).toMatchObject({ ok: false, failReason: 'no-plan' });
});
