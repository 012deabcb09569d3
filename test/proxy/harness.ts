import { once } from 'node:events';
import net from 'node:net';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import type { Struct } from '../../src/protocol/message.ts';
import type { ProxyObserver } from '../../src/proxy/connection-context.ts';
import { type RunningProxy, startProxy } from '../../src/proxy/proxy.ts';
import type { ProxyOptions } from '../../src/proxy/proxy-options.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { addressResponse, type NamedBroker } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';

/** Things to close after a test, newest first. */
const cleanups: (() => Promise<void> | void)[] = [];

/** To be called by `afterEach`: closes what the test opened. */
export async function closeAll(): Promise<void> {
  for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
}

/** Remembers a thing to close. */
export function closeLater(close: () => Promise<void> | void): void {
  cleanups.push(close);
}

/** Waits until a condition holds; the test's own timeout ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A TCP server on a free loopback port that hands each connection to `serve`. */
export async function startServer(serve: (socket: net.Socket) => void, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  closeLater(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

/** A request as a fake broker sees it. */
export interface SeenRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly socket: net.Socket;
}

/** A broker of few words: answers ApiVersions, Metadata and what `answer` adds. */
export class FakeBroker {
  port = 0;
  /** What Metadata names. */
  brokers: readonly NamedBroker[] = [];
  readonly seen: SeenRequest[] = [];
  connections = 0;
  /** The response payload; null for none; undefined for the default. */
  answer: (request: SeenRequest) => Uint8Array | null | undefined = () => undefined;

  static async start(host = '127.0.0.1'): Promise<FakeBroker> {
    const broker = new FakeBroker();
    broker.port = await startServer((socket) => broker.#serve(socket), host);
    broker.brokers = [{ id: 1, host: '127.0.0.1', port: broker.port }];
    return broker;
  }

  #serve(socket: net.Socket): void {
    this.connections += 1;
    const splitter = new FrameSplitter('client');
    socket.on('end', () => socket.end());
    socket.on('data', (bytes: Uint8Array) => {
      splitter.receive(bytes, 0);
      for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
        if (event.kind !== 'frame') return;
        const header = readRequestHeader(event.frame.bytes);
        if (header === null) return;
        const { apiKey, apiVersion, correlationId } = header;
        const request: SeenRequest = { apiKey, apiVersion, correlationId, socket };
        this.seen.push(request);
        const chosen = this.answer(request);
        const payload = chosen === undefined ? this.#usual(request) : chosen;
        if (payload !== null) socket.write(framed(payload));
      }
    });
  }

  #usual({ apiKey, apiVersion, correlationId }: SeenRequest): Uint8Array {
    if (apiKey === 3) return addressResponse(3, apiVersion, this.brokers, {}, correlationId);
    const body: Struct = { apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 9 }] };
    return encodeResponse({ apiKey, apiVersion, correlationId, body: apiKey === 18 ? body : {} });
  }
}

/** Remembers what a proxy reports; bytes are copied, since segments are valid during the call only. */
export class Watcher implements ProxyObserver {
  readonly inputs: EngineInput[] = [];
  readonly events: TrafficEvent[] = [];

  receive(input: EngineInput): void {
    this.inputs.push(input.kind === 'segment' ? { ...input, bytes: new Uint8Array(input.bytes) } : input);
  }

  event(event: TrafficEvent): void {
    this.events.push(event);
  }

  named(event: string): readonly TrafficEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** All bytes seen from one side of a connection. */
  bytes(from: 'client' | 'broker', connection = 1): Buffer {
    const segments = this.inputs.filter((input) => input.kind === 'segment');
    return Buffer.concat(segments.filter((s) => s.from === from && s.connection === connection).map((s) => s.bytes));
  }

  closedReasons(): string[] {
    return this.inputs.flatMap((input) => (input.kind === 'closed' ? [input.reason] : []));
  }
}

/** Options of a proxy on free ports before some upstreams. */
export function testProxyOptions(upstreamPorts: readonly number[], options: Partial<ProxyOptions> = {}): ProxyOptions {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    upstreams: upstreamPorts.map((port) => ({ host: '127.0.0.1', port })),
    advertiseHost: null,
    brokerPortsFirst: 0,
    brokerPorts: new Map(),
    connectTimeoutMs: 5000,
    connectionsMax: 100,
    drainTimeoutMs: 1000,
    handshakeTimeoutMs: 0,
    stallTimeoutMs: 0,
    idleTimeoutMs: 0,
    clientTls: null,
    upstreamTls: null,
    upstreamSasl: null,
    keylogPath: null,
    ...options,
  };
}

/** Starts a proxy on free ports before one upstream. */
export async function startTestProxy(
  upstreamPorts: readonly number[],
  watcher: ProxyObserver,
  options: Partial<ProxyOptions> = {},
): Promise<RunningProxy> {
  const proxy = await startProxy(testProxyOptions(upstreamPorts, options), watcher);
  closeLater(() => proxy.close());
  return proxy;
}

/** A client that sends frames and reads frames. */
export class TestClient {
  readonly socket: net.Socket;
  readonly #splitter = new FrameSplitter('broker');
  readonly #frames: Uint8Array[] = [];
  received: Uint8Array[] = [];
  ended = false;
  closed = false;
  error: NodeJS.ErrnoException | null = null;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Uint8Array) => {
      this.received.push(new Uint8Array(bytes));
      this.#splitter.receive(bytes, 0);
      for (let event = this.#splitter.next(); event !== undefined; event = this.#splitter.next()) {
        if (event.kind === 'frame') this.#frames.push(new Uint8Array(event.frame.bytes));
      }
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<TestClient> {
    const client = await TestClient.attempt(port, host);
    if (client.error !== null) throw client.error;
    return client;
  }

  /** Connects, or finds out that it is turned away; a reset may come before `connect` is told. */
  static async attempt(port: number, host = '127.0.0.1'): Promise<TestClient> {
    const socket = net.connect({ port, host, allowHalfOpen: true, noDelay: true });
    const client = new TestClient(socket);
    closeLater(() => {
      socket.destroy();
    });
    let connected = false;
    socket.once('connect', () => {
      connected = true;
    });
    await until(() => connected || client.closed);
    return client;
  }

  send(apiKey: number, apiVersion: number, correlationId: number, body: Struct = {}): Uint8Array {
    const frame = framed(encodeRequest({ apiKey, apiVersion, correlationId, clientId: 'test', body }));
    this.socket.write(frame);
    return frame;
  }

  /** The next response payload. */
  async next(): Promise<Uint8Array> {
    await until(() => this.#frames.length > 0 || this.closed);
    const frame = this.#frames.shift();
    if (frame === undefined) throw new Error('the connection closed before a response came');
    return frame;
  }
}
