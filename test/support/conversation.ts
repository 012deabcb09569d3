import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import type { ConnectionOpened, EngineInput, Side } from '../../src/wire/segment.ts';

/** Prefixes a payload with its size. */
export function framed(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(payload.length + 4);
  new DataView(frame.buffer).setInt32(0, payload.length);
  frame.set(payload, 4);
  return frame;
}

/**
 * Writes a dialogue between a client and a broker, one line of test a message, and hands it to an engine as inputs.
 * Every message arrives a millisecond after the one before it unless `after` says otherwise.
 */
export class Conversation {
  readonly inputs: EngineInput[] = [];
  #atUs: number;
  readonly #connection: number;

  constructor(connection = 1, startUs = 1_000_000_000) {
    this.#connection = connection;
    this.#atUs = startUs;
    const opened: ConnectionOpened = {
      kind: 'opened',
      connection,
      atUs: startUs,
      client: '127.0.0.1:50001',
      broker: '127.0.0.1:9092',
      nodeId: 1,
      tls: null,
      midstream: false,
    };
    this.inputs.push(opened);
  }

  /** Lets time pass. */
  after(microseconds: number): this {
    this.#atUs += microseconds;
    return this;
  }

  request(
    apiKey: number,
    apiVersion: number,
    correlationId: number,
    body: Struct,
    clientId: string | null = 'test',
  ): this {
    return this.raw('client', framed(encodeRequest({ apiKey, apiVersion, correlationId, clientId, body })));
  }

  response(apiKey: number, apiVersion: number, correlationId: number, body: Struct): this {
    return this.raw('broker', framed(encodeResponse({ apiKey, apiVersion, correlationId, body })));
  }

  /** Bytes as they are. */
  raw(from: Side, bytes: Uint8Array): this {
    this.#atUs += 1000;
    this.inputs.push({ kind: 'segment', connection: this.#connection, from, atUs: this.#atUs, bytes });
    return this;
  }

  gap(from: Side, missingBytes: number | null): this {
    this.inputs.push({ kind: 'gap', connection: this.#connection, from, atUs: this.#atUs, missingBytes });
    return this;
  }

  closed(reason = 'fin'): this {
    this.#atUs += 1000;
    this.inputs.push({ kind: 'closed', connection: this.#connection, atUs: this.#atUs, reason });
    return this;
  }
}
