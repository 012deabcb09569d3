import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionTrack } from '../../src/exchange/connection-track.ts';
import { frameJudgeOf } from '../../src/exchange/frame-evidence.ts';
import { Learned } from '../../src/exchange/learned.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

const metadata = (correlationId: number, topic = 'orders') =>
  framed(
    encodeRequest({ apiKey: 3, apiVersion: 5, correlationId, clientId: 'test', body: { topics: [{ name: topic }] } }),
  );
const metadataAnswer = (correlationId: number, host = 'broker-host') =>
  framed(
    encodeResponse({
      apiKey: 3,
      apiVersion: 5,
      correlationId,
      body: { brokers: [{ nodeId: 1, host, port: 9092, rack: null }], clusterId: 'c', controllerId: 1, topics: [] },
    }),
  );

function newTrack(): ConnectionTrack {
  return new ConnectionTrack(
    {
      kind: 'opened',
      connection: 1,
      atUs: 1,
      client: 'c',
      broker: 'b',
      nodeId: null,
      tls: null,
      midstream: false,
    },
    new Learned(),
  );
}

describe('what is a sure frame behind a loss', () => {
  it('a request read to its last byte, anywhere', () => {
    const judge = frameJudgeOf(newTrack(), 'client');
    const window = Buffer.concat([Buffer.alloc(7, 9), metadata(4)]);
    expect(judge(window, 7, false)).toBe('sure');
    expect(judge(window.subarray(0, window.length - 1), 7, false)).toBe('undecided');
    for (let at = 0; at < 7; at += 1) expect(judge(window, at, false)).not.toBe('sure');
  });

  it('a cut request at the start of a packet when its client is the known one', () => {
    const track = newTrack();
    const cut = metadata(4).subarray(0, 25);
    expect(frameJudgeOf(track, 'client')(cut, 0, true)).toBe('undecided');
    track.clientId = 'test';
    expect(frameJudgeOf(track, 'client')(cut, 0, true)).toBe('sure');
    track.clientId = 'other';
    expect(frameJudgeOf(track, 'client')(cut, 0, true)).toBe('undecided');
  });

  it('an answer without its request only when sizes lead to the end of the packets', () => {
    const judge = frameJudgeOf(newTrack(), 'broker');
    const two = Buffer.concat([metadataAnswer(1), metadataAnswer(2)]);
    expect(judge(two, 0, true)).toBe('sure');
    expect(judge(two, 0, false)).toBe('no');
    expect(judge(Buffer.concat([two, Buffer.from([1])]), 0, true)).toBe('no');
  });

  it('random bytes are none', () => {
    const judge = frameJudgeOf(newTrack(), 'client');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 400 }), (bytes) => {
        for (let at = 0; at + 8 <= bytes.length; at += 1) expect(judge(bytes, at, at === 0)).not.toBe('sure');
      }),
    );
  });
});

describe('the engine behind a gap', () => {
  it('reads on with the next sure frame of either side, and abandons what was answered in the loss', () => {
    const talk = new Conversation().raw('client', metadata(1)).raw('broker', metadataAnswer(1));
    talk.raw('client', metadata(2)).raw('broker', metadataAnswer(2).subarray(0, 9)).gap('broker', 5_000);
    talk.raw('client', metadata(3)).raw('broker', metadataAnswer(3).subarray(30));
    talk.raw('client', metadata(4)).raw('broker', metadataAnswer(4)).closed();
    const { exchanges, events } = driveEngine(talk.inputs);
    const fates = exchanges.map(({ correlationId, status, response }) => [
      correlationId,
      status,
      response?.opaque?.reason ?? null,
    ]);
    expect(fates).toEqual([
      [1, 'answered', null],
      [2, 'answered', 'truncated'],
      [3, 'abandoned', null],
      [4, 'answered', null],
    ]);
    expect(events.map(({ event }) => event)).toEqual(['connection-opened', 'gap', 'lost-sync', 'connection-closed']);
  });
});
