import { expect, it } from 'vitest';
import { ConnectionTrack } from '../../src/exchange/connection-track.ts';
import { EngineLimits } from '../../src/exchange/engine-limits.ts';
import { EventQueue } from '../../src/exchange/event-queue.ts';
import { FrameKeeper } from '../../src/exchange/frame-keeper.ts';
import { Learned } from '../../src/exchange/learned.ts';
import { Pairing } from '../../src/exchange/pairing.ts';
import { RequestReader } from '../../src/exchange/request-reader.ts';
import { ResponseReader } from '../../src/exchange/response-reader.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Frame } from '../../src/wire/frame.ts';
import type { Side } from '../../src/wire/segment.ts';

function setUp() {
  const keeper = new FrameKeeper();
  const learned = new Learned();
  const limits = new EngineLimits();
  const events = new EventQueue();
  const keeping = { redacts: true, keepsBytes: true };
  const track = new ConnectionTrack(
    { kind: 'opened', connection: 1, atUs: 1, client: 'c', broker: 'b', nodeId: null, tls: null, midstream: false },
    learned,
  );
  const requests = new RequestReader(keeper, learned, keeping, limits);
  const pairing = new Pairing(requests, new ResponseReader(keeper, learned, keeping), limits, events);
  /** What was found since the last call: exchanges as number and status, events by their word. */
  const found = (): string[] => {
    const words: string[] = [];
    for (let event = events.next(); event !== undefined; event = events.next()) {
      words.push(event.kind === 'event' ? event.event : `${event.kind} ${event.exchange.seq} ${event.exchange.status}`);
    }
    return words;
  };
  return { pairing, track, found };
}

function frame(from: Side, bytes: Uint8Array): Frame {
  const sizeBytes = bytes.length;
  return { from, bytes, sizeBytes, streamOffset: 0, firstByteUs: 5, lastByteUs: 5, forwardedUs: null, missingBytes: 0 };
}
const request = (correlationId: number) =>
  frame('client', encodeRequest({ apiKey: 18, apiVersion: 0, correlationId, clientId: 'c', body: {} }));
const response = (correlationId: number) =>
  frame('broker', encodeResponse({ apiKey: 18, apiVersion: 0, correlationId, body: { apiKeys: [] } }));

it('a request waits for its response; one that overtakes others is said to', () => {
  const { pairing, track, found } = setUp();
  for (const id of [10, 11]) pairing.request(track, request(id));
  expect(found()).toEqual(['started 1 in-flight', 'started 2 in-flight']);
  pairing.response(track, response(11));
  expect(found()).toEqual(['out-of-order', 'completed 2 answered']);
  pairing.response(track, response(10));
  expect(found()).toEqual(['completed 1 answered']);
  pairing.response(track, response(12));
  expect(found()).toEqual(['started 3 orphan', 'completed 3 orphan']);
});

it('behind a loss an answer ends the requests before it', () => {
  const { pairing, track, found } = setUp();
  for (const id of [10, 11, 12]) pairing.request(track, request(id));
  found();
  track.foundAgain.broker = true;
  pairing.response(track, response(12));
  expect(found()).toEqual(['completed 1 abandoned', 'completed 2 abandoned', 'completed 3 answered']);
});

it('what still waits at the end is abandoned, in order', () => {
  const { pairing, track, found } = setUp();
  for (const id of [10, 11]) pairing.request(track, request(id));
  found();
  pairing.abandonAll(track);
  expect(found()).toEqual(['completed 1 abandoned', 'completed 2 abandoned']);
});

it('frames too short to be anything are only told', () => {
  const { pairing, track, found } = setUp();
  pairing.request(track, frame('client', new Uint8Array(5)));
  pairing.response(track, frame('broker', new Uint8Array(3)));
  expect(found()).toEqual(['malformed-frame', 'malformed-frame']);
});
