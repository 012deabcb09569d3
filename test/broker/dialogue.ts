import type { ConnectedClient } from '../../src/broker/api-handler.ts';
import { type ClusterSettings, ClusterState, clusterSettingsDefault } from '../../src/broker/cluster-state.ts';
import { type Answer, answerRequest } from '../../src/broker/dispatcher.ts';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A client's connection without a socket. */
export class TestClient implements ConnectedClient {
  readonly host = '/127.0.0.1';
  softwareName: string | null = null;
  softwareVersion: string | null = null;
  readonly #listeners = new Set<() => void>();

  onClose(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A cluster of three brokers without sockets, in virtual time; `ask` is one request and its decoded answer. */
export class Dialogue {
  readonly clock = new VirtualClock();
  readonly cluster: ClusterState;
  readonly client = new TestClient();
  #correlationId = 0;

  constructor(settings: Partial<ClusterSettings> = {}) {
    this.cluster = new ClusterState([1, 2, 3], { ...clusterSettingsDefault, ...settings }, this.clock);
    for (const nodeId of [1, 2, 3]) {
      this.cluster.announce({ nodeId, host: 'broker.test', port: 9090 + nodeId, rack: null });
    }
  }

  /** Asks broker `nodeId`; a request without a response yields 'nothing', a connection closed instead 'close'. */
  async ask(
    apiKey: number,
    apiVersion: number,
    body: Struct,
    nodeId = 1,
    clientId: string | null = 'tester',
  ): Promise<Struct> {
    const answer = await this.send(apiKey, apiVersion, body, nodeId, clientId);
    if (answer.kind !== 'response') throw new Error(`no response: ${answer.kind}`);
    return toBody(answer.payload, apiKey, apiVersion);
  }

  send(
    apiKey: number,
    apiVersion: number,
    body: Struct,
    nodeId = 1,
    clientId: string | null = 'tester',
  ): Promise<Answer> {
    this.#correlationId += 1;
    const payload = encodeRequest({ apiKey, apiVersion, correlationId: this.#correlationId, clientId, body });
    return answerRequest(this.cluster, nodeId, this.client, payload);
  }

  /** As `ask`, for requests that park: lets `byMs` pass first. */
  async askLater(byMs: number, apiKey: number, apiVersion: number, body: Struct, nodeId = 1): Promise<Struct> {
    const answer = this.ask(apiKey, apiVersion, body, nodeId);
    await this.clock.advance(byMs);
    return answer;
  }

  /** The broker that coordinates a group or transactional id. */
  coordinator(key: string): number {
    return this.cluster.coordinatorOf(key);
  }
}

/** Decodes a response and demands that it was consumed exactly. */
export function toBody(payload: Uint8Array, apiKey: number, apiVersion: number): Struct {
  const message = decodeResponse(payload, apiKey, apiVersion);
  if (message.kind === 'opaque') throw new Error(`${apiKey} v${apiVersion}: ${message.reason}: ${message.detail}`);
  if (message.trailingBytes !== 0) throw new Error(`${apiKey} v${apiVersion}: ${message.trailingBytes} bytes left`);
  return message.body;
}

/** A magic 2 batch of text values. */
export function batchOf(
  values: readonly string[],
  options: {
    producerId?: bigint;
    producerEpoch?: number;
    baseSequence?: number;
    transactional?: boolean;
    timestamp?: bigint;
    codec?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  } = {},
): Uint8Array {
  const { timestamp = 1000n, codec = 'none', ...producer } = options;
  const records = values.map((value, index) => ({
    timestamp: timestamp + BigInt(index),
    key: null,
    value: Buffer.from(value),
  }));
  return encodeRecordBatch({ baseOffset: 0n, codec, records, ...producer });
}
