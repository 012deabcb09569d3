import { expect, test } from 'vitest';
import { decodeRequest } from '../../src/protocol/decode.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import type { FetchRequest } from '../../src/protocol/schema/01-fetch.ts';

test('a generated body type is a struct, and a struct may be read as one', () => {
  const body = {
    maxWaitMs: 500,
    minBytes: 1,
    topics: [{ topic: 'a', partitions: [{ partition: 0, fetchOffset: 7n, partitionMaxBytes: 1 }] }],
  } satisfies FetchRequest;
  const struct: Struct = body;
  const message = decodeRequest(
    encodeRequest({ apiKey: 1, apiVersion: 4, correlationId: 1, clientId: null, body: struct }),
  );
  if (message.kind === 'opaque') throw new Error(message.detail);
  const read = message.body as FetchRequest;
  expect(read.topics[0]?.partitions[0]?.fetchOffset).toBe(7n);
});
