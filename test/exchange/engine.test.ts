import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/exchange/engine.ts';
import type { EngineEvent } from '../../src/exchange/event.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { inFlightMax } from '../../src/exchange/limits.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine, rechunk } from '../support/drive-engine.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function batch(...values: string[]): Uint8Array {
  return encodeRecordBatch({
    baseOffset: 0n,
    codec: 'gzip',
    records: values.map((value, index) => ({ timestamp: BigInt(1000 + index), key: null, value: bytes(value) })),
  });
}

const produceBody = (acks: number) => ({
  transactionalId: null,
  acks,
  timeoutMs: 30_000,
  topicData: [{ name: 'orders.v1', partitionData: [{ index: 3, records: batch('a', 'b', 'c') }] }],
});

const produceAnswer = (errorCode: number, throttleTimeMs = 0) => ({
  responses: [{ name: 'orders.v1', partitionResponses: [{ index: 3, errorCode, baseOffset: 5n }] }],
  throttleTimeMs,
});

/** An ordinary client's day: negotiation, metadata, produce with and without answers, a long poll, an error. */
function ordinaryDay(): Conversation {
  return new Conversation()
    .request(18, 3, 0, { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '3.9.1' })
    .response(18, 3, 0, { apiKeys: [{ apiKey: 0, minVersion: 0, maxVersion: 11 }] })
    .request(3, 12, 1, { topics: [{ name: 'orders.v1', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }] })
    .response(3, 12, 1, {
      brokers: [{ nodeId: 1, host: 'b1', port: 9092 }],
      topics: [{ name: 'orders.v1', topicId: 'x1y2z3AAAAAAAAAAAAAAAA', partitions: [] }],
    })
    .request(0, 11, 2, produceBody(0))
    .request(0, 11, 3, produceBody(-1))
    .after(800_000)
    .response(0, 11, 3, produceAnswer(6, 250))
    .request(1, 13, 4, {
      maxWaitMs: 500,
      minBytes: 1,
      topics: [{ topicId: 'x1y2z3AAAAAAAAAAAAAAAA', partitions: [{ partition: 3, fetchOffset: 0n }] }],
    })
    .after(499_000)
    .response(1, 13, 4, { responses: [] })
    .request(2, 7, 5, { topics: [] })
    .closed();
}

describe('Engine', () => {
  it('puts the tag of a source on the exchange it names, and on no other', () => {
    const day = ordinaryDay().inputs.slice();
    const answer = day.findIndex((input) => input.kind === 'segment' && input.from === 'broker');
    const tag = { kind: 'tagged', connection: 1, atUs: 0, tag: 'capped' } as const;
    day.splice(
      answer,
      0,
      { ...tag, correlationId: 0 },
      { ...tag, correlationId: 99 },
      { ...tag, connection: 9, correlationId: 0 },
    );
    const { exchanges } = driveEngine(day);
    expect(exchanges.filter(({ tags }) => tags.includes('capped')).map(({ apiKey }) => apiKey)).toEqual([18]);
  });

  it('pairs an ordinary conversation and knows what each exchange was about', () => {
    const { exchanges } = driveEngine(ordinaryDay().inputs);
    expect(exchanges.map((exchange) => [exchange.seq, exchange.apiKey, exchange.status])).toEqual([
      [1, 18, 'answered'],
      [2, 3, 'answered'],
      [3, 0, 'unanswered-by-design'],
      [4, 0, 'answered'],
      [5, 1, 'answered'],
      [6, 2, 'abandoned'],
    ]);
    const produce = exchanges[3];
    expect(produce?.topics).toEqual(['orders.v1']);
    expect(produce?.records).toMatchObject({ count: 3, batches: 1, codecs: ['gzip'] });
    expect(produce?.errors).toEqual([
      {
        code: 6,
        name: 'NOT_LEADER_OR_FOLLOWER',
        path: 'responses[0].partitionResponses[0].errorCode',
        message: null,
      },
    ]);
    expect(produce?.throttleTimeMs).toBe(250);
    expect(produce?.timing.latencyUs).toBe(801_000);
    expect(produce?.connection).toMatchObject({ software: 'apache-kafka-java', softwareVersion: '3.9.1' });
  });

  it('resolves topic ids from the metadata that passed before', () => {
    const { exchanges } = driveEngine(ordinaryDay().inputs);
    expect(exchanges[4]?.topics).toEqual(['orders.v1']);
  });

  it('calls the long poll of an empty Fetch waiting, not slowness', () => {
    const { timing } = driveEngine(ordinaryDay().inputs).exchanges[4] as Exchange;
    expect(timing.latencyUs).toBe(500_000);
    // The broker was mute for 250 ms after the throttled answer, then waited for data.
    expect(timing.queuedUs).toBe(249_000);
    expect(timing.waitUs).toBe(251_000);
    expect(timing.brokerUs).toBe(0);
  });

  it('finds the same exchanges however the conversation is cut', () => {
    const { inputs } = ordinaryDay();
    const whole = driveEngine(inputs).exchanges;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(driveEngine(rechunk(inputs, sizes)).exchanges).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('lets unknown keys and versions travel as opaque messages', () => {
    const unknownKey = framed(Uint8Array.from([0x03, 0xe7, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 0, 1, 2, 3]));
    const unknownVersion = framed(Uint8Array.from([0, 0, 0, 99, 0, 0, 0, 10, 0xff, 0xff, 0]));
    const { exchanges } = driveEngine(
      new Conversation()
        .raw('client', unknownKey)
        .raw('client', unknownVersion)
        .raw('broker', framed(Uint8Array.from([0, 0, 0, 9, 1, 2])))
        .closed().inputs,
    );
    expect(exchanges[0]).toMatchObject({ apiKey: 999, status: 'answered', correlationId: 9 });
    expect(exchanges[0]?.request?.opaque?.reason).toBe('unknown-api');
    expect(exchanges[1]).toMatchObject({ apiKey: 0, apiVersion: 99, status: 'abandoned' });
    expect(exchanges[1]?.request?.opaque?.reason).toBe('unknown-version');
  });

  it('recognises HTTP from the first four bytes and buffers nothing of it', () => {
    const { events, exchanges } = driveEngine(
      new Conversation().raw('client', bytes('GET / HTTP/1.1\r\nHost: broker\r\n\r\n')).closed().inputs,
    );
    expect(exchanges).toEqual([]);
    const notKafka = events.find((event) => event.event === 'not-kafka');
    expect(notKafka?.detail).toMatchObject({ from: 'client', guess: 'http-request', firstBytes: '474554202f204854' });
    expect(events.some((event) => event.event === 'incomplete-frame')).toBe(false);
  });

  it('reports half a frame as an event and its request as abandoned', () => {
    const answer = framed(Uint8Array.from([0, 0, 0, 7, 0, 0, 0, 0]));
    const { events, exchanges } = driveEngine(
      new Conversation().request(18, 0, 7, {}).raw('broker', answer.subarray(0, 9)).closed().inputs,
    );
    expect(exchanges).toMatchObject([{ status: 'abandoned', response: null }]);
    const incomplete = events.find((event) => event.event === 'incomplete-frame');
    expect(incomplete?.detail).toEqual({ from: 'broker', bytesSeen: 9, sizeBytes: 8 });
  });

  it('keeps a response without its request as an orphan', () => {
    const { exchanges } = driveEngine(new Conversation().response(18, 0, 3, { apiKeys: [] }).closed().inputs);
    expect(exchanges).toMatchObject([{ status: 'orphan', apiKey: null, correlationId: 3, request: null }]);
  });

  it('keeps pairing across a gap that lies inside one frame', () => {
    const request = framed(new Uint8Array(0));
    const conversation = new Conversation().request(3, 1, 1, { topics: null });
    const lost = new Conversation().request(3, 1, 2, { topics: [{ name: 'a-topic-with-a-long-name' }] }).inputs[1];
    const cut = lost?.kind === 'segment' ? lost.bytes.subarray(0, lost.bytes.length - 10) : request;
    conversation.raw('client', cut).gap('client', 10).request(3, 1, 3, { topics: null });
    const { exchanges } = driveEngine(conversation.closed().inputs);
    expect(exchanges.map((exchange) => [exchange.correlationId, exchange.request?.opaque?.reason ?? null])).toEqual([
      [1, null],
      [2, 'truncated'],
      [3, null],
    ]);
  });

  it('reads raw SASL tokens after SaslHandshake v0, learns who logged in, and keeps no secret', () => {
    const secret = 'canary-password';
    const { exchanges, all } = driveEngine(
      new Conversation()
        .request(17, 0, 1, { mechanism: 'PLAIN' })
        .response(17, 0, 1, { mechanisms: ['PLAIN'] })
        .raw('client', framed(bytes(`\0alice\0${secret}`)))
        .raw('broker', framed(new Uint8Array(0)))
        .request(3, 1, 2, { topics: null })
        .response(3, 1, 2, {})
        .closed().inputs,
    );
    expect(exchanges.map((exchange) => [exchange.apiKey, exchange.status])).toEqual([
      [17, 'answered'],
      [null, 'answered'],
      [3, 'answered'],
    ]);
    expect(exchanges[1]?.request?.opaque?.reason).toBe('sasl-token');
    expect(exchanges[2]?.connection).toMatchObject({ principal: 'alice', sasl: { mechanism: 'PLAIN' } });
    const kept = all.flatMap((event) =>
      event.kind === 'completed' ? [event.exchange.request?.bytes ?? new Uint8Array()] : [],
    );
    for (const frame of kept) expect(Buffer.from(frame).includes(secret)).toBe(false);
  });

  it('survives any bytes in any order', () => {
    const piece = fc.record({
      from: fc.constantFrom('client' as const, 'broker' as const),
      bytes: fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 60 }).map(framed)),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const conversation = new Conversation();
        for (const part of pieces) conversation.raw(part.from, part.bytes);
        const { all } = driveEngine(conversation.closed().inputs);
        const started = all.filter((event) => event.kind === 'started').length;
        const completed = all.filter((event) => event.kind === 'completed').length;
        expect(completed).toBe(started);
      }),
      { numRuns: 500 },
    );
  });
});

describe('limits of the engine are told each time their count has doubled', () => {
  it('assembledBytesMax: a frame is cut where all in flight are too large together', () => {
    const engine = new Engine({ assembledBytesMax: 100_000 });
    const events: EngineEvent[] = [];
    const receive = (input: EngineInput) => {
      engine.receive(input);
      for (let event = engine.next(); event !== undefined; event = engine.next()) events.push(event);
    };
    /** The first half of a Produce request of 90,000 bytes, of which the rest never comes. */
    const half = new Uint8Array(45_000);
    new DataView(half.buffer).setInt32(0, 90_000); // size
    for (let connection = 1; connection <= 6; connection += 1) {
      const conversation = new Conversation(connection).raw('client', half.subarray(0, 20_000)).raw('client', half);
      for (const input of conversation.inputs) receive(input);
    }
    const told = events.flatMap((event) => (event.kind === 'event' && event.event === 'assembly-limit' ? [event] : []));
    expect(told.map(({ detail }) => detail)).toEqual(
      [1, 2, 4].map((count) => ({ limit: 'assembledBytesMax', count, assembledBytesMax: 100_000, from: 'client' })),
    );
    expect(engine.limitsReached()).toEqual({ assembledBytesMax: 5 });
  });

  it('inFlightMax: the oldest request is given up', () => {
    const engine = new Engine({ keepsBytes: false });
    const request = new Conversation().request(18, 0, 7, {}).inputs;
    const told: number[] = [];
    for (const input of request) engine.receive(input);
    const segment = request[1] ?? expect.unreachable();
    for (let sent = 1; sent < inFlightMax + 5; sent += 1) {
      engine.receive(segment);
      for (let event = engine.next(); event !== undefined; event = engine.next()) {
        if (event.kind === 'event' && event.event === 'in-flight-limit') told.push(Number(event.detail.count));
      }
    }
    expect(told).toEqual([1, 2, 4]);
    expect(engine.limitsReached()).toEqual({ inFlightMax: 5 });
  });
});
