import type { AddressBook, AdvertisedAddress, BrokerAddress } from '../addons/rewrite-addresses.ts';
import type { ConnectionId, Side } from '../wire/segment.ts';
import { systemErrorCode } from '../wire/system-error.ts';
import { type ClientEnds, clientName } from './client-ends.ts';
import { nowUs } from './clock.ts';
import { ConnectionAudit } from './connection-audit.ts';
import type { ConnectionContext } from './connection-context.ts';
import { brokerSide, clientSide } from './connection-sides.ts';
import type { EventDetail } from './event-detail.ts';
import { FramePath } from './frame-path.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { formatHostPort, type HostPort, plainAddress } from './host-port.ts';
import { InspectedConnection } from './inspected-connection.ts';
import type { OnreadSocket } from './onread-socket.ts';
import type { AuditedConnection } from './path-ledger.ts';
import { RepeatedEvents } from './repeated-events.ts';
import type { RewriteTally } from './rewrite-tally.ts';
import type { ConnectionSilence, TimeoutCause } from './timeouts.ts';
import { tlsFactsOf } from './tls-facts.ts';
import { explainBrokerTls } from './tls-failure.ts';
import type { LoggedIn } from './upstream-login.ts';
import { type Destination, UpstreamRoute } from './upstream-route.ts';
import { UpstreamSession, type UpstreamSessionHost } from './upstream-session.ts';

/** How long a drained connection waits for its peers to close, too. */
const answerToFinMs = 300;

const noBytes = new Uint8Array(0);

/** One client's connection and its twin to the broker. Bytes go through; everything else comes after. */
export class ProxyConnection
  implements FramePathHost, AddressBook, ConnectionSilence, AuditedConnection, UpstreamSessionHost
{
  readonly id: ConnectionId;
  readonly #context: ConnectionContext<ProxyConnection>;
  readonly #destination: Destination;
  readonly #client: OnreadSocket;
  readonly #clientName: string;
  #brokerName = '?';
  readonly #advertiseHost: string;
  readonly #path: FramePath;
  readonly #inspected: InspectedConnection;
  readonly #repeated = new RepeatedEvents((event, detail) => this.#tell(event, detail));
  readonly audit: ConnectionAudit;
  /** Sides that ended with a FIN. */
  #closedInOrder = 0;
  #route: UpstreamRoute | null = null;
  /** The server of the upstream connection; null while there is none. */
  #upstream: HostPort | null = null;
  #broker: OnreadSocket | null = null;
  /** What the proxy's own login on this connection led to; null where it does not log in. */
  #session: UpstreamSession | null = null;
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
    context: ConnectionContext<ProxyConnection>,
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
    this.#inspected = new InspectedConnection(id, this.#path, context.ledger, (input) =>
      context.observer.receive(input),
    );
    this.audit = new ConnectionAudit(context.hashes);
    client.handler = clientSide(this);
    // The client stays paused until its bytes have somewhere to go.
    this.#route = new UpstreamRoute(
      {
        targets: destination.targets,
        timeoutMs: context.connectTimeoutMs,
        budget: context.budget,
        tls: context.upstreamTls,
        credentials: context.upstreamCredentials,
        keylog: context.keylog,
        preface: context.preface(ends),
        refusal: context.refusal,
      },
      destination,
      context.directory,
      {
        connected: (socket, target, login) => this.#connected(socket, target, login),
        failed: ({ reason, message, authentication }) => {
          this.#route = null;
          const event = authentication === true ? 'upstream-authentication-failed' : 'connection-failed';
          this.event(event, { client: this.#clientName, nodeId: destination.nodeId, reason, message });
          this.close('upstream-failed');
        },
      },
    );
  }

  #connected(broker: OnreadSocket, upstream: HostPort, login: LoggedIn | null): void {
    this.#route = null;
    this.#upstream = upstream;
    if (this.#client.socket.destroyed) {
      broker.destroy();
      return;
    }
    this.#broker = broker;
    this.#socketsOpen += 1;
    broker.handler = brokerSide(this);
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
    const { upstreamCredentials: credentials, connectTimeoutMs: timeoutMs } = this.#context;
    if (login !== null && credentials !== null) {
      this.#session = new UpstreamSession(login, { credentials, broker: this.#brokerName, timeoutMs }, this);
    }
    this.#client.resume();
  }

  /** From the client to the broker: never changed but for a version of ApiVersions that we could not follow. */
  clientBytes(bytes: Uint8Array): void {
    if (this.#session?.stopsClient === true) this.#session.clientBytes(bytes);
    else this.forwardClient(bytes);
  }

  /** Client bytes on their usual way. */
  forwardClient(bytes: Uint8Array): void {
    const atUs = nowUs();
    const isFirst = this.#clientAtUs === null;
    this.#clientAtUs = atUs;
    const broker = this.#broker;
    if (broker === null) return;
    if (isFirst && this.#context.loopsBack(bytes)) {
      this.close('upstream-loop');
      return;
    }
    this.#inspected.showRequests();
    this.audit.count('fromClient', bytes);
    this.#path.clientBytes(bytes, atUs);
    this.#context.gathered.write(this.#writeToClient);
    const settled = broker.write(bytes);
    this.audit.count('toBroker', bytes);
    this.#inspected.keepRequests(bytes, atUs);
    if (settled) this.#inspected.showRequests();
    else this.#client.pause();
  }

  /** From the broker to the client: forwarded, held or rewritten by the path. */
  brokerBytes(bytes: Uint8Array): void {
    const atUs = nowUs();
    this.#brokerAtUs = atUs;
    // A request that lies in a socket's buffer may be answered already: it must be seen before its answer.
    this.#inspected.showRequests();
    if (this.#session?.exchanging === true) {
      this.#session.brokerBytes(bytes);
      return;
    }
    this.#inspected.showResponses();
    this.audit.count('fromBroker', bytes);
    this.#path.brokerBytes(bytes, atUs);
    this.#context.gathered.write(this.#writeToClient);
    this.#inspected.keepResponses(bytes, atUs);
    if (this.#client.pending || this.#path.blocked) this.#broker?.pause();
    else this.#inspected.showResponses();
    this.#settled();
  }

  /** Something has come to its end: who waits for that may go on. */
  #settled(): void {
    this.#session?.look();
    if (this.#draining) this.#endWhenIdle();
  }

  clientSettled(): void {
    if (!this.#path.blocked) this.#inspected.showResponses();
    // The broker was not read meanwhile: its silence begins now.
    this.#brokerAtUs = nowUs();
    if (!this.#path.blocked) this.#broker?.resume();
    this.#settled();
  }

  brokerSettled(): void {
    this.#inspected.showRequests();
    this.#clientAtUs = nowUs();
    if (this.#session?.clientStopped !== true) this.#client.resume();
    this.#settled();
  }

  clientEnded(): void {
    this.#ended('client');
    this.#broker?.end();
  }

  brokerEnded(): void {
    this.#inspected.showResponses();
    this.#session?.brokerGone('');
    this.#path.brokerEnded();
    this.#context.gathered.write(this.#writeToClient);
    // A head that was cut and then nothing more: it was kept back from the inspector as long as it might be skipped.
    if (this.#path.looked.prefix !== null) {
      this.#inspected.keepResponses(noBytes, this.#brokerAtUs);
      this.#inspected.showResponses();
    }
    this.#ended('broker');
    this.#client.end();
  }

  #ended(from: Side): void {
    if (from === 'client') this.#inspected.showRequests();
    this.#closedInOrder += 1;
    this.#context.observer.receive({ kind: 'ended', connection: this.id, from, atUs: nowUs() });
  }

  /** One socket closed. A reset of one side becomes a reset of the other; an orderly end has been passed on before. */
  socketClosed(side: Side, error: Error | null): void {
    this.#socketsOpen -= 1;
    const other = side === 'client' ? this.#broker : this.#client;
    if (error !== null) {
      if (side === 'broker') {
        this.#explainBrokerTls(error);
        this.#session?.brokerGone(systemErrorCode(error));
      }
      this.#reason ??= closeReason(side, error);
      other?.reset();
    } else if (this.#reason !== null) {
      other?.destroy();
    }
    this.#route?.cancel();
    this.#route = null;
    this.#session?.dispose();
    if (this.#socketsOpen > 0) return;
    this.#inspected.showRequests();
    this.#inspected.showResponses();
    this.#path.dispose();
    if (this.#announced) {
      const reason = this.#reason ?? 'fin';
      this.#tellAudit(error !== null || (reason !== 'fin' && reason !== 'drained'));
      this.#context.observer.receive({ kind: 'closed', connection: this.id, atUs: nowUs(), reason });
    }
    this.#context.over(this);
  }

  #tellAudit(failed: boolean): void {
    const cut = failed || this.#closedInOrder < 2;
    this.#inspected.tellSkipped();
    this.#repeated.flush();
    this.#context.ledger.closed(this, cut);
    this.event('connection-audit', this.audit.detail(this.rewrites, cut));
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
    const pending = this.#client.pending || this.#broker?.pending === true || this.#session?.clientStopped === true;
    if (pending || !this.#path.idle || this.#reason !== null) return;
    const reason = this.#drainReason;
    this.#reason = reason;
    this.#client.end();
    this.#broker?.end();
    this.#route?.cancel();
    // Both peers were told; one that never answers the FIN must not keep the proxy.
    setTimeout(() => this.close(reason), answerToFinMs);
  }

  // AuditedConnection

  get rewrites(): RewriteTally {
    return this.#path.rewrites;
  }

  get state(): AuditedConnection['state'] {
    if (!this.#announced) return 'connecting';
    return this.#draining ? 'draining' : 'open';
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

  forward(bytes: Uint8Array, more: boolean): boolean {
    const { gathered } = this.#context;
    this.audit.count('toClient', bytes);
    if (more && gathered.add(bytes)) return true;
    gathered.write(this.#writeToClient);
    if (more && gathered.add(bytes)) return true;
    return this.#client.write(bytes);
  }

  readonly #writeToClient = (bytes: Uint8Array): boolean => this.#client.write(bytes);

  looksAt(apiKey: number, apiVersion: number): boolean {
    return this.#inspected.looksAt(apiKey, apiVersion, this.#clientAtUs ?? 0);
  }

  requestSkipped(apiKey: number, apiVersion: number, frameBytes: number): void {
    this.#context.ledger.skipped.request(apiKey, apiVersion, frameBytes);
  }

  responseSkipped(apiKey: number, apiVersion: number, frameBytes: number, latencyUs: number): void {
    this.#context.ledger.skipped.response(apiKey, apiVersion, frameBytes, latencyUs);
  }

  openListeners(brokers: readonly BrokerAddress[]): void {
    this.#context.gathered.write(this.#writeToClient);
    this.#context.directory.routes.open(brokers).then(
      () => this.#listenersOpen(),
      () => this.#listenersOpen(),
    );
  }

  #listenersOpen(): void {
    if (this.#socketsOpen < 2) return;
    this.#brokerAtUs = nowUs();
    this.#path.resume();
    this.#context.gathered.write(this.#writeToClient);
    if (!this.#path.blocked && !this.#client.pending) this.#inspected.showResponses();
    if (!this.#client.pending && !this.#path.blocked) this.#broker?.resume();
    this.#session?.look();
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
    this.#context.gathered.write(this.#writeToClient);
    this.event('rewrite-refused', { reason });
    this.close('rewrite-refused');
  }

  event(event: string, detail: EventDetail): void {
    if (event.startsWith('addresses-')) this.#repeated.note(event, detail, this.#brokerAtUs);
    else this.#tell(event, detail);
  }

  #tell(event: string, detail: EventDetail): void {
    const connection = this.#announced ? this.id : null;
    this.#context.observer.event({ kind: 'event', atUs: nowUs(), event, connection, detail });
  }

  tagged(correlationId: number, tag: string): void {
    this.#context.observer.receive({ kind: 'tagged', connection: this.id, atUs: nowUs(), correlationId, tag });
  }

  clientLogsIn(): void {
    this.#session?.clientLogsIn();
  }

  // UpstreamSessionHost

  get quiet(): boolean {
    return this.#path.idle && !this.#path.blocked && !this.#client.pending && this.#reason === null;
  }

  get clientFrameBytesLeft(): number | null {
    return this.#path.clientFrameBytesLeft;
  }

  stopClient(): void {
    this.#client.pause();
  }

  resumeClient(): void {
    if (this.#broker?.pending !== true) this.#client.resume();
    this.#settled();
  }

  writeBroker(bytes: Uint8Array): void {
    this.#broker?.write(bytes);
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
