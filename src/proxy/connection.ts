import type { AddressBook, AdvertisedAddress, BrokerAddress } from '../addons/rewrite-addresses.ts';
import type { TrafficEvent } from '../exchange/event.ts';
import type { ConnectionId, EngineInput, Side } from '../wire/segment.ts';
import { type ClientEnds, clientName } from './client-ends.ts';
import { nowUs } from './clock.ts';
import type { EventDetail } from './event-detail.ts';
import { FramePath, type FramePathHost } from './frame-path.ts';
import type { HeldBytes } from './held-bytes.ts';
import { formatHostPort, type HostPort, plainAddress } from './host-port.ts';
import type { OnreadSocket, SocketHandler } from './onread-socket.ts';
import { systemErrorCode } from './proxy-error.ts';
import type { ReadBufferBudget } from './read-buffer.ts';
import type { ConnectionSilence, TimeoutCause } from './timeouts.ts';
import { tlsFactsOf } from './tls-facts.ts';
import { explainBrokerTls } from './tls-failure.ts';
import type { UpstreamTls } from './upstream-race.ts';
import { type Destination, type NodeDirectory, UpstreamRoute } from './upstream-route.ts';

/** Who watches the traffic. Called after the bytes went on; a slow observer slows the proxy, so it must be quick. */
export interface ProxyObserver {
  /** Bytes of a segment are as the peer sent them, and valid during the call only. */
  receive(input: EngineInput): void;
  event(event: TrafficEvent): void;
}

/** What all connections of a proxy share. */
export interface ConnectionContext {
  readonly observer: ProxyObserver;
  /** Where brokers are, and where clients reach them. */
  readonly directory: NodeDirectory;
  readonly budget: ReadBufferBudget;
  readonly held: HeldBytes;
  readonly advertiseHost: string | null;
  readonly connectTimeoutMs: number;
  readonly upstreamTls: UpstreamTls | null;
  /** What is sent to a broker ahead of everything; null for nothing. */
  readonly preface: (ends: ClientEnds) => Uint8Array | null;
  readonly keylog: (line: Uint8Array) => void;
  /** Why an address, of a target, must not be connected to; null when it may. */
  readonly refusal: (address: string, port: number, target: HostPort) => string | null;
  /** The connection is over; both sockets are closed. */
  readonly over: (connection: ProxyConnection) => void;
}

/** How long a drained connection waits for its peers to close, too. */
const answerToFinMs = 300;

/** One client's connection and its twin to the broker. Bytes go through; everything else comes after. */
export class ProxyConnection implements FramePathHost, AddressBook, ConnectionSilence {
  readonly id: ConnectionId;
  readonly #context: ConnectionContext;
  readonly #destination: Destination;
  readonly #client: OnreadSocket;
  readonly #clientName: string;
  #brokerName = '?';
  readonly #advertiseHost: string;
  readonly #path: FramePath;
  #route: UpstreamRoute | null = null;
  /** The server of the upstream connection; null while there is none. */
  #upstream: HostPort | null = null;
  #broker: OnreadSocket | null = null;
  #socketsOpen = 1;
  #draining = false;
  #drainReason = 'drained';
  #announced = false;
  #openedAtUs = nowUs();
  #clientAtUs: number | null = null;
  #brokerAtUs = this.#openedAtUs;
  /** Why the connection ends; the first reason counts. */
  #reason: string | null = null;

  constructor(
    context: ConnectionContext,
    id: ConnectionId,
    client: OnreadSocket,
    destination: Destination,
    ends: ClientEnds,
  ) {
    this.id = id;
    this.#context = context;
    this.#destination = destination;
    this.#client = client;
    this.#clientName = clientName(ends);
    this.#advertiseHost = context.advertiseHost ?? ends.local.host;
    this.#path = new FramePath(this, this, context.held);
    client.handler = new ClientSide(this);
    // The client stays paused until its bytes have somewhere to go.
    this.#route = new UpstreamRoute(
      {
        targets: destination.targets,
        timeoutMs: context.connectTimeoutMs,
        budget: context.budget,
        tls: context.upstreamTls,
        keylog: context.keylog,
        preface: context.preface(ends),
        refusal: context.refusal,
      },
      destination,
      context.directory,
      {
        connected: (socket, target) => this.#connected(socket, target),
        failed: ({ reason, message }) => {
          this.#route = null;
          this.event('connection-failed', { client: this.#clientName, nodeId: destination.nodeId, reason, message });
          this.close('upstream-failed');
        },
      },
    );
  }

  #connected(broker: OnreadSocket, upstream: HostPort): void {
    this.#route = null;
    this.#upstream = upstream;
    if (this.#client.socket.destroyed) {
      broker.destroy();
      return;
    }
    this.#broker = broker;
    this.#socketsOpen += 1;
    broker.handler = new BrokerSide(this);
    const { remoteAddress = '?', remotePort = 0 } = broker.socket;
    this.#announced = true;
    // The client could not be read before: its time begins now.
    this.#openedAtUs = nowUs();
    this.#brokerAtUs = this.#openedAtUs;
    this.#brokerName = formatHostPort(plainAddress(remoteAddress), remotePort);
    this.#context.observer.receive({
      kind: 'opened',
      connection: this.id,
      atUs: nowUs(),
      client: this.#clientName,
      broker: this.#brokerName,
      nodeId: this.#destination.nodeId,
      tls: tlsFactsOf(this.#client.socket),
      midstream: false,
    });
    const brokerTls = tlsFactsOf(broker.socket);
    if (brokerTls !== null) this.event('broker-tls', { ...brokerTls });
    this.#client.resume();
  }

  /** From the client to the broker: never changed but for a version of ApiVersions that we could not follow. */
  clientBytes(bytes: Uint8Array): void {
    const atUs = nowUs();
    this.#clientAtUs = atUs;
    const broker = this.#broker;
    if (broker === null) return;
    this.#path.clientBytes(bytes);
    if (!broker.write(bytes)) this.#client.pause();
    const { clientPatchedAt, clientPatchedBytes } = this.#path;
    if (clientPatchedAt.length === 0) this.#observe('client', bytes, atUs);
    else this.#observePatched('client', bytes, clientPatchedAt, clientPatchedBytes, atUs);
  }

  /** From the broker to the client: forwarded, held or rewritten by the path. */
  brokerBytes(bytes: Uint8Array): void {
    const atUs = nowUs();
    this.#brokerAtUs = atUs;
    this.#path.brokerBytes(bytes);
    if (this.#client.pending || this.#path.blocked) this.#broker?.pause();
    const { patchedAt, patchedBytes } = this.#path;
    if (patchedAt.length === 0) this.#observe('broker', bytes, atUs);
    else this.#observePatched('broker', bytes, patchedAt, patchedBytes, atUs);
    if (this.#draining) this.#endWhenIdle();
  }

  /** Shows the bytes as their sender sent them: around the overwritten ones, and those from memory. */
  #observePatched(
    side: Side,
    bytes: Uint8Array,
    at: readonly number[],
    originals: readonly number[],
    atUs: number,
  ): void {
    let from = 0;
    for (const [index, patched] of at.entries()) {
      if (patched > from) this.#observe(side, bytes.subarray(from, patched), atUs);
      this.#observe(side, Uint8Array.of(originals[index] ?? 0), atUs);
      from = patched + 1;
    }
    if (from < bytes.length) this.#observe(side, bytes.subarray(from), atUs);
  }

  #observe(from: Side, bytes: Uint8Array, atUs: number): void {
    this.#context.observer.receive({ kind: 'segment', connection: this.id, from, atUs, bytes });
  }

  clientSettled(): void {
    // The broker was not read meanwhile: its silence begins now.
    this.#brokerAtUs = nowUs();
    if (!this.#path.blocked) this.#broker?.resume();
    if (this.#draining) this.#endWhenIdle();
  }

  brokerSettled(): void {
    this.#clientAtUs = nowUs();
    this.#client.resume();
    if (this.#draining) this.#endWhenIdle();
  }

  clientEnded(): void {
    this.#ended('client');
    this.#broker?.end();
  }

  brokerEnded(): void {
    this.#path.brokerEnded();
    this.#ended('broker');
    this.#client.end();
  }

  #ended(from: Side): void {
    this.#context.observer.receive({ kind: 'ended', connection: this.id, from, atUs: nowUs() });
  }

  /** One socket closed. A reset of one side becomes a reset of the other; an orderly end has been passed on before. */
  socketClosed(side: Side, error: Error | null): void {
    this.#socketsOpen -= 1;
    const other = side === 'client' ? this.#broker : this.#client;
    if (error !== null) {
      if (side === 'broker') this.#explainBrokerTls(error);
      this.#reason ??= closeReason(side, error);
      other?.reset();
    } else if (this.#reason !== null) {
      other?.destroy();
    }
    this.#route?.cancel();
    this.#route = null;
    if (this.#socketsOpen > 0) return;
    this.#path.dispose();
    if (this.#announced) {
      const reason = this.#reason ?? 'fin';
      this.#context.observer.receive({ kind: 'closed', connection: this.id, atUs: nowUs(), reason });
    }
    this.#context.over(this);
  }

  /** With TLS 1.3 a broker refuses a client's certificate only after our side of the handshake is done. */
  #explainBrokerTls(error: Error): void {
    const failure = explainBrokerTls(this.#brokerName, systemErrorCode(error), '');
    if (failure !== null) this.event('tls-failed', { ...failure, client: this.#clientName });
  }

  /** Ends both sockets now. */
  close(reason: string): void {
    this.#reason ??= reason;
    this.#client.destroy();
    this.#broker?.destroy();
  }

  /** Ends as soon as no response is due. */
  drain(reason = 'drained'): void {
    this.#draining = true;
    this.#drainReason = reason;
    this.#endWhenIdle();
  }

  /** Where the connection was to lead. */
  get destination(): Destination {
    return this.#destination;
  }

  /** The server it leads to; null while it leads nowhere. */
  get upstream(): HostPort | null {
    return this.#upstream;
  }

  #endWhenIdle(): void {
    const pending = this.#client.pending || this.#broker?.pending === true;
    if (pending || !this.#path.idle || this.#reason !== null) return;
    const reason = this.#drainReason;
    this.#reason = reason;
    this.#client.end();
    this.#broker?.end();
    this.#route?.cancel();
    // Both peers were told; one that never answers the FIN must not keep the proxy.
    setTimeout(() => this.close(reason), answerToFinMs);
  }

  // ConnectionSilence

  /** True once the broker is connected; before that, and after the end, other limits hold. */
  get connected(): boolean {
    return this.#broker !== null && this.#socketsOpen === 2;
  }

  get openedAtUs(): number {
    return this.#openedAtUs;
  }

  get clientAtUs(): number | null {
    return this.#clientAtUs;
  }

  get brokerAtUs(): number {
    return this.#brokerAtUs;
  }

  /** A client we do not read, because the broker is slow to take its bytes, is not the one that hangs. */
  get clientInFrame(): boolean {
    return this.#broker?.pending !== true && this.#path.clientInFrame;
  }

  get brokerInFrame(): boolean {
    return !this.#client.pending && this.#path.brokerInFrame;
  }

  get responsesDue(): number {
    return this.#path.responsesDue;
  }

  /** Ends a connection that was silent for too long, with a sentence. */
  timeOut(cause: TimeoutCause, count: number, message: string): void {
    this.event('connection-timeout', { cause, count, client: this.#clientName, message });
    this.close(cause);
  }

  // FramePathHost

  forward(bytes: Uint8Array): boolean {
    return this.#client.write(bytes);
  }

  openListeners(brokers: readonly BrokerAddress[]): void {
    this.#context.directory.routes.open(brokers).then(
      () => this.#listenersOpen(),
      () => this.#listenersOpen(),
    );
  }

  #listenersOpen(): void {
    if (this.#socketsOpen < 2) return;
    this.#brokerAtUs = nowUs();
    this.#path.resume();
    if (!this.#client.pending && !this.#path.blocked) this.#broker?.resume();
  }

  /** The client goes to its bootstrap servers now; what it hears there must be the truth of today. */
  rebootstrapRequired(): void {
    const { nodeId } = this.#destination;
    const who = nodeId === null ? 'no node of the cluster' : `not broker ${nodeId} of the cluster`;
    const message = `${this.#brokerName} is ${who} the client knows (REBOOTSTRAP_REQUIRED): the client begins anew at its bootstrap servers, and the proxy asks for Metadata again.`;
    this.event('rebootstrap-required', { nodeId, broker: this.#brokerName, message });
    void this.#context.directory.refresh();
  }

  refuse(reason: string): void {
    this.event('rewrite-refused', { reason });
    this.close('rewrite-refused');
  }

  event(event: string, detail: EventDetail): void {
    const connection = this.#announced ? this.id : null;
    this.#context.observer.event({ kind: 'event', atUs: nowUs(), event, connection, detail });
  }

  tagged(correlationId: number, tag: string): void {
    this.#context.observer.receive({ kind: 'tagged', connection: this.id, atUs: nowUs(), correlationId, tag });
  }

  // AddressBook

  advertised(broker: BrokerAddress): AdvertisedAddress {
    const binding = this.#context.directory.routes.learn(broker);
    return binding ? { host: binding.advertisedHost ?? this.#advertiseHost, port: binding.port } : binding;
  }
}

function closeReason(side: Side, error: Error): string {
  const code = systemErrorCode(error);
  return code === 'ECONNRESET' || code === 'EPIPE' ? `${side}-reset` : `${side}-${code.toLowerCase() || 'error'}`;
}

/** What happens on the client's socket. */
class ClientSide implements SocketHandler {
  readonly #connection: ProxyConnection;
  constructor(connection: ProxyConnection) {
    this.#connection = connection;
  }
  bytesArrived(bytes: Uint8Array): void {
    this.#connection.clientBytes(bytes);
  }
  peerEnded(): void {
    this.#connection.clientEnded();
  }
  writesSettled(): void {
    this.#connection.clientSettled();
  }
  closed(error: Error | null): void {
    this.#connection.socketClosed('client', error);
  }
}

/** What happens on the broker's socket. */
class BrokerSide implements SocketHandler {
  readonly #connection: ProxyConnection;
  constructor(connection: ProxyConnection) {
    this.#connection = connection;
  }
  bytesArrived(bytes: Uint8Array): void {
    this.#connection.brokerBytes(bytes);
  }
  peerEnded(): void {
    this.#connection.brokerEnded();
  }
  writesSettled(): void {
    this.#connection.brokerSettled();
  }
  closed(error: Error | null): void {
    this.#connection.socketClosed('broker', error);
  }
}
