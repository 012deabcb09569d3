import type { ConnectionFacts, Exchange, MessageFacts } from '../../src/exchange/exchange.ts';
import { unknownTiming } from '../../src/exchange/exchange.ts';
import { noFieldNames } from '../../src/protocol/field-names.ts';

/** A connection as the engine would know it. */
export function connectionFixture(changes: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    id: 1,
    client: '127.0.0.1:50000',
    broker: '127.0.0.1:9092',
    nodeId: 1,
    tls: null,
    sasl: null,
    principal: null,
    kerberosService: null,
    openedAtUs: 1_000_000,
    software: null,
    softwareVersion: null,
    offered: null,
    names: noFieldNames,
    ...changes,
  };
}

/** A message of `sizeBytes` zero bytes that arrived at one instant. */
export function messageFixture(atUs: number, sizeBytes: number): MessageFacts {
  return { atUs, lastByteUs: atUs, sizeBytes, bytes: new Uint8Array(sizeBytes), opaque: null };
}

/** An exchange with plausible defaults; tests name only what they are about. */
export function exchangeFixture(seq: number, changes: Partial<Exchange> = {}): Exchange {
  return {
    seq,
    status: 'in-flight',
    connection: connectionFixture(),
    clientId: 'orders-svc',
    apiKey: 18,
    apiVersion: 3,
    guessed: false,
    correlationId: seq,
    request: messageFixture(seq * 1000, 20),
    response: null,
    timing: unknownTiming,
    throttleTimeMs: null,
    errors: [],
    errorsOmitted: 0,
    topics: [],
    topicCount: 0,
    group: null,
    transactionalId: null,
    records: null,
    partitionsOmitted: 0,
    session: null,
    tags: [],
    ...changes,
  };
}
