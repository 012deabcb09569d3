import { describe, expect, it } from 'vitest';
import { askedFieldsOf } from '../../src/exchange/asked-fields.ts';
import { WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

const fetch = { replicaId: -1, maxWaitMs: 500, minBytes: 7, maxBytes: 1, isolationLevel: 0, topics: [] };

function requestBytes(apiKey: number, apiVersion: number, body: Record<string, unknown>): Uint8Array {
  const { inputs } = new Conversation().request(apiKey, apiVersion, 1, body as never);
  const segment = inputs[1];
  if (segment?.kind !== 'segment') throw new Error('the request is the second input');
  return segment.bytes.subarray(4);
}

describe('askedFieldsOf', () => {
  it('remembers of a Fetch how long it wishes to wait and for how much', () => {
    const facts = new WalkFacts();
    walkMessage(requestBytes(1, 4, fetch), 'request', 1, 4, facts);
    const asked = askedFieldsOf(1, facts);
    facts.reset();
    expect(asked?.of('maxWaitMs')).toBe(500);
    expect(asked?.of('minBytes')).toBe(7);
    expect(asked?.of('maxBytes')).toBeNull();
  });

  it('remembers nothing of an API that is not judged by its request', () => {
    expect(askedFieldsOf(3, new WalkFacts())).toBeNull();
  });

  it('knows no value of a message that could not be read', () => {
    const facts = new WalkFacts();
    walkMessage(new Uint8Array(9), 'request', 1, 4, facts);
    expect(askedFieldsOf(1, facts)?.of('maxWaitMs')).toBeNull();
  });
});

describe('a Fetch whose request was captured only in part', () => {
  it('still says how long it wished to wait', () => {
    const conversation = new Conversation().request(1, 4, 1, {
      ...fetch,
      topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }] }],
    } as never);
    const [opened, request] = conversation.inputs;
    if (request?.kind !== 'segment' || opened === undefined) throw new Error('the request is the second input');
    const missingBytes = 10;
    const { atUs, connection } = request;
    const { exchanges } = driveEngine([
      opened,
      { ...request, bytes: request.bytes.subarray(0, request.bytes.length - missingBytes) },
      { kind: 'gap', connection, from: 'client', atUs, missingBytes },
      ...new Conversation(connection, atUs + 400_000)
        .response(1, 4, 1, { throttleTimeMs: 0, responses: [] })
        .inputs.slice(1),
    ]);
    expect(exchanges[0]?.request?.opaque?.reason).toBe('truncated');
    expect(exchanges[0]?.timing.latencyUs).toBeGreaterThan(0);
    expect(exchanges[0]?.timing.waitUs).toBe(exchanges[0]?.timing.latencyUs);
  });
});
