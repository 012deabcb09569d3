import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/source.ts';
import { fetchSessionsMax } from '../../src/exchange/limits.ts';
import type { Struct } from '../../src/protocol/message.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine, rechunk } from '../support/drive-engine.ts';

const ordersId = 'x1y2z3AAAAAAAAAAAAAAAA';
const paymentsId = 'p1p2p3AAAAAAAAAAAAAAAA';
const version = 13;

const topic = (topicId: string, ...partitions: readonly number[]) => ({
  topicId,
  partitions: partitions.map((partition) => ({ partition, fetchOffset: 5n })),
});

/** A consumer's dialogue with one broker; each call is a Fetch and its answer. */
class Consumer {
  readonly conversation: Conversation;
  #correlationId = 0;

  constructor(connection = 1) {
    this.conversation = new Conversation(connection, 1_000_000_000 + connection * 10_000_000);
  }

  metadata(): this {
    const id = ++this.#correlationId;
    this.conversation.request(3, 12, id, { topics: null }).response(3, 12, id, {
      topics: [
        { name: 'orders', topicId: ordersId, partitions: [] },
        { name: 'payments', topicId: paymentsId, partitions: [] },
      ],
    });
    return this;
  }

  fetch(sessionId: number, sessionEpoch: number, body: Struct, answer: Struct): this {
    const id = ++this.#correlationId;
    this.conversation
      .request(1, version, id, { maxWaitMs: 500, topics: [], sessionId, sessionEpoch, ...body })
      .response(1, version, id, { responses: [], ...answer });
    return this;
  }
}

/** A broker port of its own for a dialogue. */
function atBroker(inputs: readonly EngineInput[], broker: string): EngineInput[] {
  return inputs.map((input) => (input.kind === 'opened' ? { ...input, broker } : input));
}

/** What the Fetches of a dialogue were about. */
function fetches(inputs: readonly EngineInput[]) {
  return driveEngine(inputs)
    .exchanges.filter((exchange) => exchange.apiKey === 1)
    .map(({ topics, topicCount, session }) => ({ topics, topicCount, session }));
}

describe('fetch sessions', () => {
  const dialogue = new Consumer()
    .metadata()
    .fetch(0, 0, { topics: [topic(ordersId, 0, 1)] }, { sessionId: 77 })
    .fetch(77, 1, {}, { sessionId: 77 })
    .fetch(77, 2, { topics: [topic(paymentsId, 4)] }, { sessionId: 77 })
    .fetch(77, 3, {}, { sessionId: 77 })
    .fetch(77, 4, { forgottenTopicsData: [{ topicId: ordersId, partitions: [0, 1] }] }, { sessionId: 77 })
    .fetch(77, -1, {}, { sessionId: 0 }).conversation;

  it('an incremental fetch is about every topic of its session', () => {
    const session = (kind: string, epoch: number, partitions: number | null) => ({
      id: 77,
      epoch,
      kind,
      partitions,
      partial: false,
    });
    expect(fetches(dialogue.closed().inputs)).toEqual([
      { topics: ['orders'], topicCount: 1, session: session('full', 0, 2) },
      { topics: ['orders'], topicCount: 1, session: session('incremental', 1, 2) },
      { topics: ['orders', 'payments'], topicCount: 2, session: session('incremental', 2, 3) },
      { topics: ['orders', 'payments'], topicCount: 2, session: session('incremental', 3, 3) },
      { topics: ['payments'], topicCount: 1, session: session('incremental', 4, 1) },
      { topics: ['payments'], topicCount: 1, session: session('closing', -1, null) },
    ]);
  });

  it('finds the same however the dialogue is cut', () => {
    const whole = driveEngine(dialogue.inputs).exchanges;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(driveEngine(rechunk(dialogue.inputs, sizes)).exchanges).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('a session outlives its connection, and belongs to its broker', () => {
    const first = new Consumer(1).metadata().fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 77 });
    const second = new Consumer(2).fetch(77, 1, {}, { sessionId: 77 });
    const elsewhere = new Consumer(3).fetch(77, 1, {}, { sessionId: 77 });
    const found = fetches([
      ...first.conversation.closed().inputs,
      ...second.conversation.inputs,
      ...atBroker(elsewhere.conversation.inputs, '127.0.0.2:9092'),
    ]);
    expect(found.map(({ topics, session }) => [topics, session?.partial])).toEqual([
      [['orders'], false],
      [['orders'], false],
      [[], true],
    ]);
  });

  it('a session seen from its middle is known in part, also by what the broker answers', () => {
    const found = fetches(
      new Consumer()
        .metadata()
        .fetch(77, 5, {}, { sessionId: 77 })
        .fetch(77, 6, { topics: [topic(ordersId, 0)] }, { sessionId: 77 })
        .fetch(77, 7, {}, { sessionId: 77, responses: [{ topicId: paymentsId, partitions: [{ partitionIndex: 2 }] }] })
        .fetch(77, 8, {}, { sessionId: 77 }).conversation.inputs,
    );
    expect(found.map(({ topics, session }) => [topics, session?.partitions, session?.partial])).toEqual([
      [[], 0, true],
      [['orders'], 1, true],
      [['orders', 'payments'], 2, true],
      [['orders', 'payments'], 2, true],
    ]);
  });

  it('a missed epoch makes a session partial', () => {
    const found = fetches(
      new Consumer()
        .fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 77 })
        .fetch(77, 1, {}, { sessionId: 77 })
        .fetch(77, 3, {}, { sessionId: 77 }).conversation.inputs,
    );
    expect(found.map(({ session }) => session?.partial)).toEqual([false, false, true]);
  });

  it.each([
    ['an unknown session', { errorCode: 70, sessionId: 0 }],
    ['a wrong epoch', { errorCode: 71, sessionId: 77 }],
    ['an answer without an id', { errorCode: 0, sessionId: 0 }],
  ])('%s ends the session', (_what, answer) => {
    const found = fetches(
      new Consumer()
        .metadata()
        .fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 77 })
        .fetch(77, 1, {}, answer)
        .fetch(77, 2, {}, { sessionId: 77 }).conversation.inputs,
    );
    expect(found.map(({ topics }) => topics)).toEqual([['orders'], ['orders'], []]);
  });

  it('asking anew under an id ends the old session and begins another', () => {
    const found = fetches(
      new Consumer()
        .metadata()
        .fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 77 })
        .fetch(77, 0, { topics: [topic(paymentsId, 0)] }, { sessionId: 78 })
        .fetch(78, 1, {}, { sessionId: 78 })
        .fetch(77, 1, {}, { sessionId: 77 }).conversation.inputs,
    );
    expect(found.map(({ topics }) => topics)).toEqual([['orders'], ['payments'], ['payments'], []]);
  });

  it('knows fetches without a session, and versions that have none', () => {
    const found = fetches(
      new Consumer().fetch(0, -1, { topics: [topic(ordersId, 0)] }, { sessionId: 0 }).conversation.inputs,
    );
    expect(found[0]?.session).toEqual({ id: null, epoch: -1, kind: 'sessionless', partitions: null, partial: false });
    const old = new Conversation()
      .request(1, 6, 1, { topics: [{ topic: 'orders', partitions: [{ partition: 0 }] }] })
      .response(1, 6, 1, { responses: [] });
    expect(fetches(old.inputs)).toEqual([{ topics: ['orders'], topicCount: 1, session: null }]);
  });

  it('a broker that grants no session leaves a full fetch without one', () => {
    const found = fetches(
      new Consumer().fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 0 }).conversation.inputs,
    );
    expect(found[0]?.session).toEqual({ id: null, epoch: 0, kind: 'full', partitions: null, partial: false });
  });

  it('remembers no more sessions than its limit, the used ones longest, and says so', () => {
    const consumer = new Consumer().metadata().fetch(0, 0, { topics: [topic(ordersId, 0)] }, { sessionId: 1 });
    for (let id = 2; id <= fetchSessionsMax + 500; id++) {
      consumer.fetch(0, 0, { topics: [topic(paymentsId, 0)] }, { sessionId: id });
      if (id % 100 === 0) consumer.fetch(1, id / 100, {}, { sessionId: 1 });
    }
    const { exchanges, events } = driveEngine(consumer.conversation.inputs);
    const last = exchanges.findLast((exchange) => exchange.session?.id === 1);
    expect(last?.topics).toEqual(['orders']);
    expect(last?.session?.partial).toBe(false);
    const told = events.filter((event) => event.event === 'session-limit').map((event) => event.detail.evicted);
    expect(told.slice(0, 4)).toEqual([1, 2, 4, 8]);
  });
});

describe('share sessions', () => {
  const acknowledge = { firstOffset: 0n, lastOffset: 4n, acknowledgeTypes: [1] };
  const shareTopic = (topicId: string, partitionIndex: number, acknowledgementBatches: readonly Struct[] = []) => ({
    topicId,
    partitions: [{ partitionIndex, acknowledgementBatches }],
  });

  it('belong to a member, begin with a request and end with -1', () => {
    let id = 0;
    const conversation = new Conversation();
    const share = (
      key: number,
      memberId: string,
      shareSessionEpoch: number,
      topics: readonly Struct[],
      errorCode = 0,
    ) =>
      conversation
        .request(key, 1, ++id, { groupId: 'g', memberId, shareSessionEpoch, topics })
        .response(key, 1, id, { errorCode, responses: [] });
    share(78, 'one', 0, [shareTopic(ordersId, 0), shareTopic(paymentsId, 1)]);
    share(78, 'one', 1, []);
    share(78, 'two', 1, []);
    share(79, 'one', 2, [shareTopic(ordersId, 0, [acknowledge])]);
    share(78, 'one', 3, []);
    share(79, 'one', -1, []);
    share(78, 'one', 4, []);
    const found = driveEngine(conversation.inputs).exchanges.map(({ topics, session }) => [
      session?.kind,
      topics,
      session?.partitions,
      session?.partial,
    ]);
    expect(found).toEqual([
      ['full', [ordersId, paymentsId], 2, false],
      ['incremental', [ordersId, paymentsId], 2, false],
      ['incremental', [], 0, true],
      ['incremental', [ordersId], 2, false],
      ['incremental', [ordersId, paymentsId], 2, false],
      ['closing', [ordersId, paymentsId], null, false],
      ['incremental', [], 0, true],
    ]);
  });
});

describe('sessions in recorded traffic', () => {
  it.each([
    ['java-codecs.pcap', 2],
    ['garbage-tls-http-oversize.pcap', 16],
    ['any-sll2-aiokafka.pcap', 2],
    ['java-share-group.pcap', 5],
  ])('every incremental request of %s names its topics', async (file, incremental) => {
    const inputs: EngineInput[] = [];
    const path = new URL(`../../fixtures/captures/${file}`, import.meta.url).pathname;
    await readCapture({ path }, (input) => {
      inputs.push(input.kind === 'segment' ? { ...input, bytes: Uint8Array.from(input.bytes) } : input);
    });
    const found = driveEngine(inputs).exchanges.filter((exchange) => exchange.session?.kind === 'incremental');
    expect(found).toHaveLength(incremental);
    for (const { topics, session } of found) {
      expect(topics.length).toBeGreaterThan(0);
      expect(session).toMatchObject({ partial: false });
      expect(session?.partitions).toBeGreaterThan(0);
    }
  });

  it.each([
    ['kafkajs-txn-admin.pcap', 10],
    ['kcat-all.pcap', 30],
    ['ipv6-librdkafka.pcap', 23],
    ['sasl-mixed.pcap', 5],
  ])('%s fetches without sessions, and each request names its topics', async (file, count) => {
    const inputs: EngineInput[] = [];
    const path = new URL(`../../fixtures/captures/${file}`, import.meta.url).pathname;
    await readCapture({ path }, (input) => {
      inputs.push(input.kind === 'segment' ? { ...input, bytes: Uint8Array.from(input.bytes) } : input);
    });
    const found = driveEngine(inputs).exchanges.filter((exchange) => exchange.apiKey === 1);
    expect(found.map((exchange) => exchange.session?.kind)).toEqual(new Array(count).fill('sessionless'));
    for (const { topics } of found) expect(topics.length).toBeGreaterThan(0);
  });
});
