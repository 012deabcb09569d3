import { connect, type Socket } from 'node:net';
import { decodeResponse } from '../protocol/decode.ts';
import { encodeRequest } from '../protocol/encode.ts';
import type { Struct } from '../protocol/message.ts';
import { intField, structsField } from '../protocol/struct-fields.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import { ApiKey, type ClientProfile } from './client-profile.ts';
import { answerWaitMsMax, connectWaitMsMax, responseBytesMax } from './limits.ts';
import { ConnectionLost, Unplanned } from './workload-error.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Awaited {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly resolve: (body: Struct) => void;
  readonly reject: (error: Error) => void;
}

/** One client connection: requests go out as they come, answers are matched first in, first out. */
export class ClientConnection {
  readonly #profile: ClientProfile;
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter('broker', { frameBytesMax: responseBytesMax });
  readonly #awaited: Awaited[] = [];
  readonly #versions = new Map<number, number>();
  #nextCorrelationId = 0;
  #lost: Error | null = null;

  private constructor(profile: ClientProfile, socket: Socket) {
    this.#profile = profile;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(answerWaitMsMax, () => {
      if (this.#awaited.length > 0) this.#fail(new ConnectionLost('no answer in time'));
    });
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => this.#fail(new ConnectionLost(error.message)));
    socket.on('close', () => this.#fail(new ConnectionLost('the peer closed the connection')));
  }

  /** Connects, and negotiates versions unless the client is too old to know how. */
  static async open(address: Address, profile: ClientProfile): Promise<ClientConnection> {
    const socket = connect({ host: address.host, port: address.port });
    await new Promise<void>((resolve, reject) => {
      const late = () => socket.destroy(new Error(`no connection to ${address.host}:${address.port} in time`));
      const timer = setTimeout(late, connectWaitMsMax);
      socket.once('error', (error) => {
        clearTimeout(timer);
        reject(new ConnectionLost(error.message));
      });
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.removeAllListeners('error');
        resolve();
      });
    });
    const connection = new ClientConnection(profile, socket);
    await connection.#negotiate();
    return connection;
  }

  get lost(): boolean {
    return this.#lost !== null;
  }

  /** The version this connection speaks of an API: the newest both sides know. */
  version(apiKey: number): number {
    const version = this.#versions.get(apiKey);
    if (version === undefined) throw new Unplanned(`${this.#profile.clientId} cannot speak API ${apiKey} here`);
    return version;
  }

  /** Sends a request and resolves with the body of its answer. */
  request(apiKey: number, body: Struct, apiVersion = this.version(apiKey)): Promise<Struct> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) {
        reject(this.#lost);
        return;
      }
      const correlationId = this.#send(apiKey, apiVersion, body);
      this.#awaited.push({ apiKey, apiVersion, correlationId, resolve, reject });
    });
  }

  /** Sends a Produce with acks=0, which is never answered. */
  sendUnanswered(apiKey: number, body: Struct): void {
    if (this.#lost !== null) throw this.#lost;
    this.#send(apiKey, this.version(apiKey), body);
  }

  close(): void {
    this.#fail(new ConnectionLost('closed by ourselves'));
  }

  async #negotiate(): Promise<void> {
    const { software, versions } = this.#profile;
    if (software === null) {
      for (const [apiKey, version] of versions) this.#versions.set(apiKey, version);
      return;
    }
    const body = { clientSoftwareName: software.name, clientSoftwareVersion: software.version };
    const answer = await this.request(ApiKey.apiVersions, body, versions.get(ApiKey.apiVersions) ?? 3);
    const errorCode = intField(answer, 'errorCode', 0);
    if (errorCode !== 0) throw new Unplanned(`ApiVersions answered error ${errorCode}`);
    for (const offered of structsField(answer, 'apiKeys')) {
      const apiKey = intField(offered, 'apiKey', -1);
      const known = versions.get(apiKey);
      if (known === undefined) continue;
      const version = Math.min(known, intField(offered, 'maxVersion', 0));
      if (version >= intField(offered, 'minVersion', 0)) this.#versions.set(apiKey, version);
    }
  }

  #send(apiKey: number, apiVersion: number, body: Struct): number {
    const correlationId = this.#nextCorrelationId;
    this.#nextCorrelationId = (this.#nextCorrelationId + 1) & 0x7fffffff;
    const payload = encodeRequest({ apiKey, apiVersion, correlationId, clientId: this.#profile.clientId, body });
    const frame = Buffer.allocUnsafe(4 + payload.length);
    frame.writeInt32BE(payload.length, 0);
    frame.set(payload, 4);
    this.#socket.write(frame);
    return correlationId;
  }

  #receive(bytes: Uint8Array): void {
    this.#splitter.receive(bytes, 0);
    for (let event = this.#splitter.next(); event !== undefined; event = this.#splitter.next()) {
      if (event.kind !== 'frame') {
        this.#fail(new Unplanned('the broker sent bytes that are no Kafka response'));
        return;
      }
      this.#answer(event.frame.bytes.slice());
    }
  }

  #answer(payload: Uint8Array): void {
    const awaited = this.#awaited.shift();
    if (awaited === undefined) {
      this.#fail(new Unplanned('the broker answered without being asked'));
      return;
    }
    const { apiKey, apiVersion } = awaited;
    const message = decodeResponse(payload, apiKey, apiVersion);
    if (message.kind === 'opaque') {
      awaited.reject(new Unplanned(`API ${apiKey} v${apiVersion} answer is ${message.reason}: ${message.detail}`));
    } else if (intField(message.header, 'correlationId', -1) !== awaited.correlationId) {
      awaited.reject(new Unplanned(`API ${apiKey} v${apiVersion} answer has another correlation id`));
    } else awaited.resolve(message.body);
  }

  #fail(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.#socket.destroy();
    for (const awaited of this.#awaited.splice(0)) awaited.reject(error);
  }
}
