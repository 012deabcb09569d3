import type net from 'node:net';
import { classifyFirstBytes, type FirstBytesKind } from '../wire/first-bytes.ts';
import { type ProxyHeaderReading, proxyHeaderBytesMax, readProxyHeader } from '../wire/proxy-header.ts';
import { type ClientEnds, clientName, endsFrom, endsOf } from './client-ends.ts';
import type { ConnectFailure } from './connect-failure.ts';
import type { OnreadSocket } from './onread-socket.ts';

/** Longest a header may take where `--handshake-timeout` sets no limit. */
const headerTimeoutMsMax = 24 * 3_600_000;

/** Room for the usual headers; more is taken only as more arrives. */
const roomBytes = 256;

/**
 * Reads the PROXY protocol header ahead of a connection (`--proxy-protocol in`), cut anywhere, and hands on the
 * connection without it: everything behind the header is still to be read there. A connection without one is
 * refused: behind a load balancer that does not send it, every client would look like the load balancer.
 */
export class ProxyIntake {
  readonly #timeoutMs: number;
  readonly #refused: (client: string, failure: ConnectFailure) => void;
  readonly #waiting = new Set<HeaderWait>();

  constructor(handshakeTimeoutMs: number, refused: (client: string, failure: ConnectFailure) => void) {
    this.#timeoutMs = handshakeTimeoutMs === 0 ? headerTimeoutMsMax : handshakeTimeoutMs;
    this.#refused = refused;
  }

  /** Connections whose header is not whole yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Reads the header of a plaintext connection that comes paused. `accepted` is called at most once, paused again. */
  plain(client: OnreadSocket, accepted: (ends: ClientEnds) => void): void {
    const wait = this.#wait(client.socket, (rest, ends) => {
      client.pause();
      client.handler = null;
      client.unread(rest);
      accepted(ends);
    });
    client.handler = {
      bytesArrived: (bytes) => wait.receive(bytes),
      peerEnded: () => wait.ended(),
      writesSettled: () => undefined,
      closed: () => wait.ended(),
    };
    client.resume();
  }

  /** The same for a socket accepted paused whose TLS has not begun. */
  raw(socket: net.Socket, accepted: (ends: ClientEnds) => void): void {
    const receive = (bytes: Uint8Array): void => wait.receive(bytes);
    const ended = (): void => wait.ended();
    const failed = (): void => undefined;
    const wait = this.#wait(socket, (rest, ends) => {
      socket.pause();
      socket.off('data', receive).off('end', ended).off('close', ended).off('error', failed);
      if (rest.length > 0) socket.unshift(rest);
      accepted(ends);
    });
    socket.on('data', receive).on('end', ended).on('close', ended).on('error', failed);
    socket.resume();
  }

  /** Ends the connections that wait, without a word. */
  close(): void {
    for (const wait of this.#waiting) wait.drop();
  }

  #wait(socket: net.Socket, accepted: (rest: Uint8Array, ends: ClientEnds) => void): HeaderWait {
    const wait = new HeaderWait(socket, this.#timeoutMs, {
      accepted: (rest, ends) => {
        this.#waiting.delete(wait);
        accepted(rest, ends);
      },
      over: (failure) => {
        this.#waiting.delete(wait);
        if (failure !== null) this.#refused(wait.client, failure);
        socket.destroy();
      },
    });
    this.#waiting.add(wait);
    return wait;
  }
}

interface HeaderWaitHandler {
  accepted(rest: Uint8Array, ends: ClientEnds): void;
  /** `failure` is null where nothing is to be said. */
  over(failure: ConnectFailure | null): void;
}

/** One connection whose header is awaited. */
class HeaderWait {
  readonly client: string;
  readonly #socket: net.Socket;
  readonly #handler: HeaderWaitHandler;
  readonly #deadline: NodeJS.Timeout;
  #bytes = new Uint8Array(roomBytes);
  #count = 0;
  #over = false;

  constructor(socket: net.Socket, timeoutMs: number, handler: HeaderWaitHandler) {
    this.client = clientName(endsOf(socket));
    this.#socket = socket;
    this.#handler = handler;
    this.#deadline = setTimeout(() => {
      const begun = this.#count === 0 ? 'sent nothing' : `sent ${this.#count} bytes of one`;
      this.#fail('timeout', `The client ${begun} within ${timeoutMs} ms`, waitAdvice);
    }, timeoutMs);
  }

  receive(arrived: Uint8Array): void {
    if (this.#over) return;
    // Behind the longest header nothing is needed to read it.
    const taken = arrived.subarray(0, proxyHeaderBytesMax - this.#count);
    this.#keep(taken);
    const reading = readProxyHeader(this.#bytes.subarray(0, this.#count));
    if (reading.kind === 'more') return;
    if (reading.kind !== 'header') {
      this.#refuse(reading);
      return;
    }
    const readBefore = this.#count - taken.length;
    const rest = arrived.slice(reading.bytes - readBefore);
    this.#stop();
    this.#handler.accepted(rest, endsFrom(reading.addresses, this.#socket));
  }

  /** The client left. One that never sent a byte was a port check, no client. */
  ended(): void {
    if (this.#over) return;
    if (this.#count === 0) this.drop();
    else this.#fail('closed', `The client left after ${this.#count} bytes`, waitAdvice);
  }

  drop(): void {
    if (this.#over) return;
    this.#stop();
    this.#handler.over(null);
  }

  #keep(bytes: Uint8Array): void {
    const needed = this.#count + bytes.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(this.#bytes.length * 2, proxyHeaderBytesMax)));
      grown.set(this.#bytes.subarray(0, this.#count));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#count);
    this.#count = needed;
  }

  #refuse(reading: ProxyHeaderReading & { kind: 'foreign' | 'broken' }): void {
    if (reading.kind === 'broken') {
      const fact = `The PROXY protocol v${reading.version} header of the client is broken (${reading.detail})`;
      this.#fail('broken', fact, 'check what the load balancer sends, for example with tcpdump');
      return;
    }
    const kind = classifyFirstBytes(this.#bytes.subarray(0, this.#count));
    this.#fail('missing', `The client begins with ${nounOf[kind]}`, sendAdvice);
  }

  #fail(reason: string, fact: string, advice: string): void {
    this.#stop();
    this.#handler.over({ reason, message: `${fact}: ${advice}.` });
  }

  #stop(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
  }
}

const sendAdvice =
  'with --proxy-protocol in each connection must begin with a PROXY protocol header, so let the load balancer send one (send-proxy-v2 in HAProxy), connect through it, or drop the flag';
const waitAdvice =
  'with --proxy-protocol in a PROXY protocol header is awaited first, so let the load balancer send one (send-proxy-v2 in HAProxy) or drop the flag';

/** What stands where the header should be, as the object of a sentence. */
const nounOf: Readonly<Record<FirstBytesKind, string>> = {
  'kafka-plausible': 'a Kafka request',
  'tls-handshake': 'a TLS handshake',
  'tls-alert': 'a TLS alert',
  'http-request': 'an HTTP request',
  'http2-preface': 'the HTTP/2 preface',
  'http-response': 'an HTTP response',
  ssh: 'an SSH banner',
  'proxy-v1': 'a line that is almost a PROXY protocol v1 header',
  'proxy-v2': 'bytes that are almost a PROXY protocol v2 header',
  oversize: 'bytes of no protocol known here',
  negative: 'bytes of no protocol known here',
  unknown: 'too few bytes to tell what they are',
};
