import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/exchange/engine.ts';
import { EngineLimits } from '../../src/exchange/engine-limits.ts';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import {
  answerDepthMax,
  apisOfferedMax,
  layoutsMax,
  offersKeptMax,
  partitionsPerSessionMax,
  producerIdsMax,
  rawTokensMax,
  searchWalkedBytesMax,
  sessionPartitionsMax,
  topicIdsMax,
} from '../../src/exchange/limits.ts';
import { eventSentence } from '../../src/export/event-sentence.ts';
import { explainedLimits, limitSentence } from '../../src/export/limit-sentence.ts';
import { versionRange } from '../../src/protocol/api-keys.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { searchBytesMax, undecidedPlacesMax } from '../../src/wire/frame-search.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { Conversation, framed } from '../support/conversation.ts';

/** Feeds an engine, and gathers its exchanges, what it told of limits, and their counts at the end. */
function reached(inputs: Iterable<EngineInput>) {
  const engine = new Engine();
  const told: TrafficEvent[] = [];
  const exchanges: Exchange[] = [];
  for (const input of inputs) {
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      if (event.kind === 'completed') exchanges.push(event.exchange);
      else if (event.kind === 'event' && typeof event.detail.limit === 'string') told.push(event);
    }
  }
  return { told, exchanges, counts: engine.limitsReached() };
}

/** What was told of each limit: the event, and the counts it was told at. */
function toldOf(told: readonly TrafficEvent[]): Record<string, [event: string, ...counts: number[]]> {
  const found: Record<string, [string, ...number[]]> = {};
  for (const { event, detail } of told) {
    const row = found[String(detail.limit)] ?? [event];
    row.push(Number(detail.count));
    found[String(detail.limit)] = row;
  }
  return found;
}

/** A topic or transactional id of 22 characters that no other number has. */
const idOf = (number: number) => String(number).padEnd(22, 'A');

describe('what the traffic teaches', () => {
  it('topicIdsMax: the names learned first are forgotten', () => {
    // One id is Kafka's own (__cluster_metadata), which is known from the start.
    const topics = Array.from({ length: topicIdsMax + 4 }, (_, number) => ({
      name: `t-${number}`,
      topicId: idOf(number),
    }));
    const { told, counts } = reached(
      new Conversation().request(3, 12, 1, { topics: null }).response(3, 12, 1, { topics }).inputs,
    );
    // All within one message: it is told once, with the count at its end.
    expect(toldOf(told)).toEqual({ topicIdsMax: ['engine-limit', 5] });
    expect(told[0]?.detail).toEqual({ limit: 'topicIdsMax', count: 5, max: topicIdsMax });
    expect(counts).toEqual({ topicIdsMax: 5 });
    expect(told.map(eventSentence)).toEqual([
      'engine-limit: The limit topicIdsMax was reached 5 times: the topic names learned first were forgotten; their topics show as ids. (connection 1)',
    ]);
  });

  it('producerIdsMax: the producer ids learned first are forgotten', () => {
    const transactionStates = Array.from({ length: producerIdsMax + 1 }, (_, number) => ({
      transactionalId: `t-${number}`,
      producerId: BigInt(number),
    }));
    const { told, counts } = reached(
      new Conversation().request(65, 0, 1, {}).response(65, 0, 1, { transactionStates }).inputs,
    );
    expect(toldOf(told)).toEqual({ producerIdsMax: ['engine-limit', 1] });
    expect(counts).toEqual({ producerIdsMax: 1 });
    expect(limitSentence('producerIdsMax', 1)).toMatch(/once: .* forgotten; they show without transactional id\.$/);
  });

  it('offersKeptMax: the offers heard first are forgotten', () => {
    const inputs = Array.from({ length: offersKeptMax + 5 }, (_, number) =>
      new Conversation(number + 1)
        .request(18, 0, 1, {})
        .response(18, 0, 1, { apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 0 }] })
        .inputs.map((input) => (input.kind === 'opened' ? { ...input, broker: `10.0.0.1:${number}` } : input)),
    ).flat();
    const { told, counts } = reached(inputs);
    expect(toldOf(told)).toEqual({ offersKeptMax: ['engine-limit', 1, 2, 4] });
    expect(counts).toEqual({ offersKeptMax: 5 });
    expect(limitSentence('offersKeptMax', 5)).toMatch(/5 times: what brokers offer is read anew /);
  });

  it('apisOfferedMax: of an offer with more APIs the first are kept', () => {
    const apiKeys = Array.from({ length: apisOfferedMax + 1 }, (_, apiKey) => ({
      apiKey,
      minVersion: 0,
      maxVersion: 1,
    }));
    const { told, exchanges } = reached(
      new Conversation().request(18, 0, 1, {}).response(18, 0, 1, { apiKeys }).inputs,
    );
    expect(toldOf(told)).toEqual({ apisOfferedMax: ['engine-limit', 1] });
    const offered = exchanges[0]?.connection.offered;
    expect(offered?.rangeOf(apisOfferedMax - 1)).toEqual({ min: 0, max: 1 });
    expect(offered?.rangeOf(apisOfferedMax)).toBeNull();
    expect(limitSentence('apisOfferedMax', 1)).toMatch(/the others are not known to be offered\.$/);
  });

  it('layoutsMax: kinds of requests beyond it are not remembered for orphans', () => {
    const conversation = new Conversation();
    let kinds = 0;
    for (let apiKey = 2; kinds < layoutsMax + 3; apiKey += 1) {
      const range = versionRange(apiKey);
      for (let version = range?.min ?? 0; version <= (range?.max ?? -1) && kinds < layoutsMax + 3; version += 1) {
        // A request of each kind, twice: the second is no new one.
        conversation.request(apiKey, version, kinds, {}).request(apiKey, version, kinds, {});
        kinds += 1;
      }
    }
    const { told, counts } = reached(conversation.inputs);
    expect(toldOf(told)).toEqual({ layoutsMax: ['engine-limit', 1, 2, 4] });
    expect(counts).toEqual({ layoutsMax: 6 });
    expect(limitSentence('layoutsMax', 6)).toMatch(/orphans of connections .* may stay unnamed\.$/);
  });
});

describe('fetch sessions', () => {
  const version = 13;
  const full = (conversation: Conversation, id: number, partitions: number): Conversation => {
    const topic: Struct = {
      topicId: idOf(id),
      partitions: Array.from({ length: partitions }, (_, partition) => ({ partition })),
    };
    return conversation
      .request(1, version, id, { topics: [topic], sessionId: 0, sessionEpoch: 0 })
      .response(1, version, id, { sessionId: id, responses: [] });
  };

  it('partitionsPerSessionMax: a session with more is partial', () => {
    const { told, exchanges, counts } = reached(full(new Conversation(), 7, partitionsPerSessionMax + 1).inputs);
    expect(toldOf(told)).toEqual({ partitionsPerSessionMax: ['session-limit', 1] });
    expect(exchanges[0]?.session).toMatchObject({ partitions: partitionsPerSessionMax, partial: true });
    expect(counts).toEqual({ partitionsPerSessionMax: 1 });
    expect(told.map(eventSentence)).toEqual([
      'session-limit: The limit partitionsPerSessionMax was reached once: what a session has beyond so many partitions was left out; it shows as partial. (connection 1)',
    ]);
  });

  it('sessionPartitionsMax: the sessions unused for longest are forgotten', () => {
    const conversation = new Conversation();
    const sessions = sessionPartitionsMax / partitionsPerSessionMax + 3;
    for (let id = 1; id <= sessions; id += 1) full(conversation, id, partitionsPerSessionMax);
    const { told, counts } = reached(conversation.inputs);
    expect(toldOf(told)).toEqual({ sessionPartitionsMax: ['session-limit', 1, 2] });
    expect(counts).toEqual({ sessionPartitionsMax: 3 });
    expect(limitSentence('sessionPartitionsMax', 3)).toMatch(/3 times: sessions were forgotten /);
  });
});

describe('requests and tokens that wait', () => {
  it('answerDepthMax: an answer so far behind the oldest request is an orphan', () => {
    const conversation = new Conversation();
    for (let id = 0; id <= answerDepthMax; id += 1) conversation.request(18, 0, id, {});
    conversation.response(18, 0, answerDepthMax, { apiKeys: [] });
    const { told, exchanges, counts } = reached(conversation.inputs);
    expect(exchanges.map(({ status }) => status)).toEqual(['orphan']);
    expect(toldOf(told)).toEqual({ answerDepthMax: ['engine-limit', 1] });
    expect(counts).toEqual({ answerDepthMax: 1 });
    expect(limitSentence('answerDepthMax', 1)).toMatch(/show as orphans\.$/);
  });

  it('one request fewer, and the answer finds its own', () => {
    const conversation = new Conversation();
    for (let id = 1; id <= answerDepthMax; id += 1) conversation.request(18, 0, id, {});
    conversation.response(18, 0, answerDepthMax, { apiKeys: [] });
    const { exchanges, counts } = reached(conversation.inputs);
    expect(exchanges.map(({ status }) => status)).toEqual(['answered']);
    expect(counts).toEqual({});
  });

  it('rawTokensMax: the oldest login token is given up', () => {
    const conversation = new Conversation()
      .request(17, 0, 1, { mechanism: 'GSSAPI' })
      .response(17, 0, 1, { errorCode: 0, mechanisms: ['GSSAPI'] });
    // Tokens of three bytes: no request has so few.
    for (let sent = 0; sent < rawTokensMax + 5; sent += 1) conversation.raw('client', framed(Uint8Array.of(1, 2, 3)));
    const { told, exchanges, counts } = reached(conversation.inputs);
    expect(toldOf(told)).toEqual({ rawTokensMax: ['in-flight-limit', 1, 2, 4] });
    // The handshake is number 1, the first token number 2.
    expect(told[0]?.detail).toEqual({ limit: 'rawTokensMax', count: 1, rawTokensMax, seq: 2 });
    expect(exchanges.slice(1).map(({ seq, status }) => [seq, status])).toEqual(
      [2, 3, 4, 5, 6].map((seq) => [seq, 'abandoned']),
    );
    expect(counts).toEqual({ rawTokensMax: 5 });
    expect(told.map(eventSentence)[0]).toBe(
      'in-flight-limit: The limit rawTokensMax was reached once: the oldest login tokens still waiting for an answer were given up as abandoned. (connection 1)',
    );
  });
});

describe('the search for frames behind a loss', () => {
  const lost = () => new Conversation().request(18, 0, 1, {}).gap('client', null);

  it('searchBytesMax: no more is held than that', () => {
    const { told, counts } = reached(lost().raw('client', new Uint8Array(searchBytesMax + 1).fill(0xff)).inputs);
    expect(toldOf(told)).toEqual({ searchBytesMax: ['engine-limit', 1] });
    expect(counts).toEqual({ searchBytesMax: 1 });
    expect(limitSentence('searchBytesMax', 1)).toMatch(/: behind a loss, a message longer than what is held /);
  });

  it('undecidedPlacesMax: the oldest place where a message may begin is given up', () => {
    // Not at the packet's start: the beginning of a Metadata request (key 3, version 5) of 983,040 bytes.
    const head = [0x00, 0x0f, 0x00, 0x00, 0x00, 0x03, 0x00, 0x05, 0xff, 0xff, 0xff, 0xff];
    const bytes = [0xff, ...Array.from({ length: undecidedPlacesMax + 3 }, () => head).flat(), ...Array(12).fill(0xff)];
    const { told, counts } = reached(lost().raw('client', Uint8Array.from(bytes)).inputs);
    expect(toldOf(told)).toEqual({ undecidedPlacesMax: ['engine-limit', 3] });
    expect(counts).toEqual({ undecidedPlacesMax: 3 });
    expect(limitSentence('undecidedPlacesMax', 3)).toMatch(
      /the oldest places where a message might begin were given up\.$/,
    );
  });

  it('searchWalkedBytesMax: then only places where packets begin are looked at', () => {
    const bytes = new Uint8Array(200_000).fill(0xff);
    const view = new DataView(bytes.buffer);
    // SaslAuthenticate requests that all reach to the last byte, and have one byte too many to be sure.
    for (let walked = 0, at = 1; walked <= searchWalkedBytesMax; at += 18) {
      const sizeBytes = bytes.length - at - 4;
      view.setInt32(at, sizeBytes); // size
      view.setInt16(at + 4, 36); // api key: SaslAuthenticate
      view.setInt16(at + 6, 0); // api version
      view.setInt32(at + 8, 1); // correlation id
      view.setInt16(at + 12, -1); // client id: null
      view.setInt32(at + 14, sizeBytes - 14 - 1); // length of authBytes
      walked += sizeBytes - 1;
    }
    const { told, counts } = reached(lost().raw('client', bytes).inputs);
    // Parts of them read as beginnings of longer ones, which are undecided.
    expect(toldOf(told).searchWalkedBytesMax).toEqual(['engine-limit', 1]);
    expect(counts.searchWalkedBytesMax).toBe(1);
    expect(limitSentence('searchWalkedBytesMax', 1)).toMatch(/looked for only where packets begin\.$/);
  });
});

it('every limit of the engine has a sentence of its own', () => {
  const { names } = new EngineLimits();
  for (const limit of names) expect(explainedLimits).toContain(limit);
  expect(names.length).toBeGreaterThan(12);
});
