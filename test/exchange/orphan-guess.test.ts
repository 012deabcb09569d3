import { describe, expect, it } from 'vitest';
import { guessApi, layoutOf } from '../../src/exchange/orphan-guess.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

const answer = (correlationId: number, topic: string) =>
  encodeResponse({
    apiKey: 3,
    apiVersion: 5,
    correlationId,
    body: {
      brokers: [{ nodeId: 1, host: 'broker-host', port: 9092, rack: null }],
      clusterId: 'cluster',
      controllerId: 1,
      topics: [{ errorCode: 3, name: topic, isInternal: false, partitions: [] }],
    },
  });

describe('what an orphan answers', () => {
  it('is inferred when one API in use reads it to its last byte', () => {
    const layouts = new Set([layoutOf(3, 5), layoutOf(0, 9), layoutOf(1, 12), layoutOf(12, 4)]);
    expect(guessApi(answer(7, 'orders'), layouts)).toEqual({ apiKey: 3, apiVersion: 5 });
  });

  it('stays open when nothing fits, or too little is there', () => {
    expect(guessApi(answer(7, 'orders'), new Set([layoutOf(0, 9)]))).toBeNull();
    expect(guessApi(answer(7, 'orders'), new Set())).toBeNull();
    // Throttle time and error code: Heartbeat, EndTxn and others alike.
    expect(guessApi(new Uint8Array(10), new Set([layoutOf(12, 1), layoutOf(26, 1)]))).toBeNull();
  });

  it('stays open when two APIs read it', () => {
    const body = encodeResponse({
      apiKey: 32,
      apiVersion: 1,
      correlationId: 1,
      body: { throttleTimeMs: 0, results: [] },
    });
    const padded = new Uint8Array(24);
    padded.set(body);
    expect(guessApi(padded, new Set([layoutOf(32, 1), layoutOf(44, 0)]))).toBeNull();
  });

  it('is marked as guessed in the exchange, with its facts', () => {
    const request = framed(
      encodeRequest({ apiKey: 3, apiVersion: 5, correlationId: 50, clientId: 'a', body: { topics: null } }),
    );
    const talk = new Conversation()
      .raw('client', request)
      .raw('broker', framed(answer(9, 'orders')))
      .closed();
    const { exchanges } = driveEngine(talk.inputs);
    expect(exchanges[0]).toMatchObject({
      status: 'orphan',
      apiKey: 3,
      apiVersion: 5,
      guessed: true,
      correlationId: 9,
      topics: ['orders'],
      errors: [{ code: 3 }],
    });
    expect(exchanges[0]?.response?.opaque).toBeNull();
  });
});
