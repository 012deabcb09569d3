import {
  type ConnectionFacts,
  type ErrorFact,
  type Exchange,
  type MessageFacts,
  type Timing,
  unknownTiming,
} from '../../src/exchange/exchange.ts';
import { noFieldNames } from '../../src/protocol/field-names.ts';

/** When the exchanges of the tests happen: 2023-11-14T22:13:20Z. */
export const startUs = 1_700_000_000_000_000;

let seq = 0;

/** A plaintext connection of orders-svc; a test says only what differs. */
export function connectionOf(different: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    id: 17,
    client: '127.0.0.1:52114',
    broker: '127.0.0.1:9092',
    nodeId: 1,
    tls: null,
    sasl: null,
    principal: null,
    kerberosService: null,
    openedAtUs: startUs,
    software: 'apache-kafka-java',
    softwareVersion: '3.9.1',
    offered: null,
    names: noFieldNames,
    ...different,
  };
}

/** One side of an exchange with as many zero bytes as its size says. */
export function messageOf(sizeBytes: number, different: Partial<MessageFacts> = {}): MessageFacts {
  return { atUs: startUs, lastByteUs: startUs, sizeBytes, bytes: new Uint8Array(0), opaque: null, ...different };
}

/** Timing of an answered exchange from its three parts, microseconds. */
export function timingOf(brokerUs: number, queuedUs = 0, waitUs = 0): Timing {
  return { ...unknownTiming, latencyUs: brokerUs + queuedUs + waitUs, brokerUs, queuedUs, waitUs };
}

/** An error as the response's top level carries it. */
export function errorOf(code: number, name: string, path = 'errorCode'): ErrorFact {
  return { code, name, path, message: null };
}

/** An answered Produce v11 of 12.4 KB with one topic that took 3.1 ms; a test says only what differs. */
export function exchangeOf(different: Partial<Exchange> = {}): Exchange {
  seq += 1;
  return {
    seq,
    status: 'answered',
    connection: connectionOf(),
    clientId: 'orders-svc',
    apiKey: 0,
    apiVersion: 11,
    guessed: false,
    correlationId: 9312,
    request: messageOf(12_400),
    response: messageOf(61),
    timing: timingOf(3_100),
    throttleTimeMs: 0,
    errors: [],
    errorsOmitted: 0,
    topics: ['orders.v1'],
    topicCount: 1,
    group: null,
    transactionalId: null,
    session: null,
    records: { count: 12, batches: 1, bytes: 11_700, uncompressedBytes: null, codecs: ['lz4'] },
    partitionsOmitted: 0,
    tags: [],
    ...different,
  };
}
