import type { AddressBook, AdvertisedAddress, BrokerAddress } from '../addons/rewrite-addresses.ts';
import type { ConnectionId } from '../wire/segment.ts';
import { nowUs } from './clock.ts';
import { ConnectionAudit } from './connection-audit.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { ConnectionReport } from './connection-report.ts';
import type { EventDetail } from './event-detail.ts';
import { FramePath } from './frame-path.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { InspectedConnection } from './inspected-connection.ts';
import { LastHeard } from './last-heard.ts';
import type { RewriteTally } from './rewrite-tally.ts';
import type { SocketPair } from './socket-pair.ts';
import type { LoggedIn } from './upstream-login.ts';
import { UpstreamSession, type UpstreamSessionHost } from './upstream-session.ts';

const noBytes = new Uint8Array(0);

/**
 * The bytes of one connection, both ways: they go on first, are shown after, and who sends them is not read while
 * they wait. A response waits for listeners, the client for the proxy's own login, and a drain until all is quiet.
 */
export class ConnectionTraffic implements FramePathHost, AddressBook, UpstreamSessionHost {
  readonly #context: ConnectionContext<never>;
  readonly #sockets: SocketPair;
  readonly #report: ConnectionReport;
  readonly #advertiseHost: string;
  readonly #path: FramePath;
  readonly #inspected: InspectedConnection;
  readonly audit: ConnectionAudit;
  readonly heard: LastHeard;
  /** What the proxy's own login on this connection led to; null where it does not log in. */
  #session: UpstreamSession | null = null;
  #drainReason: string | null = null;

  /** `localHost`: where this client came to, which is what it is told unless the user named another host. */
  constructor(
    context: ConnectionContext<never>,
    id: ConnectionId,
    sockets: SocketPair,
    report: ConnectionReport,
    localHost: string,
  ) {
    this.#context = context;
    this.#sockets = sockets;
    this.#report = report;
    this.#advertiseHost = context.advertiseHost ?? localHost;
    this.#path = new FramePath(this, this, context.held);
    this.#inspected = new InspectedConnection(id, this.#path, context.ledger, (input) =>
      context.observer.receive(input),
    );
    this.audit = new ConnectionAudit(context.hashes);
    this.heard = new LastHeard(sockets, this.#path);
  }

  /** Reads the client; `login` is null where nobody logged in to the broker for it. */
  begin(login: LoggedIn | null): void {
    const { upstreamCredentials: credentials, connectTimeoutMs: timeoutMs } = this.#context;
    if (login !== null && credentials !== null) {
      this.#session = new UpstreamSession(login, { credentials, broker: this.#report.broker, timeoutMs }, this);
    }
    this.#sockets.client.resume();
  }

  /** From the client to the broker: never changed but for a version of ApiVersions that we could not follow. */
  clientBytes(bytes: Uint8Array): void {
    if (this.#session?.stopsClient === true) this.#session.clientBytes(bytes);
    else this.forwardClient(bytes);
  }

  /** Client bytes on their usual way. */
  forwardClient(bytes: Uint8Array): void {
    const atUs = nowUs();
    const isFirst = this.heard.clientAtUs === null;
    this.heard.clientAtUs = atUs;
    const { broker } = this.#sockets;
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
    else this.#sockets.client.pause();
  }

  /** From the broker to the client: forwarded, held or rewritten by the path. */
  brokerBytes(bytes: Uint8Array): void {
    const atUs = nowUs();
    this.heard.brokerAtUs = atUs;
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
    if (this.#sockets.client.pending || this.#path.blocked) this.#sockets.broker?.pause();
    else this.#inspected.showResponses();
    this.#settled();
  }

  /** All bytes for the client are with the kernel. */
  clientSettled(): void {
    if (!this.#path.blocked) this.#inspected.showResponses();
    this.heard.brokerReadAgain();
    if (!this.#path.blocked) this.#sockets.broker?.resume();
    this.#settled();
  }

  /** The same for the broker. */
  brokerSettled(): void {
    this.#inspected.showRequests();
    this.heard.clientReadAgain();
    if (this.#session?.clientStopped !== true) this.#sockets.client.resume();
    this.#settled();
  }

  /** Something has come to its end: who waits for that may go on. */
  #settled(): void {
    this.#session?.look();
    if (this.#drainReason !== null) this.drain(this.#drainReason);
  }

  /** The client sends nothing more. */
  clientEnded(): void {
    this.#inspected.showRequests();
  }

  /** The broker sends nothing more: what was kept back goes on. */
  brokerEnded(): void {
    this.#inspected.showResponses();
    this.#session?.brokerGone('');
    this.#path.brokerEnded();
    this.#context.gathered.write(this.#writeToClient);
    // A head that was cut and then nothing more: it was kept back from the inspector as long as it might be skipped.
    if (this.#path.looked.prefix !== null) {
      this.#inspected.keepResponses(noBytes, this.heard.brokerAtUs);
      this.#inspected.showResponses();
    }
  }

  /** The broker's socket failed; `code` is Node's. */
  brokerGone(code: string): void {
    this.#session?.brokerGone(code);
  }

  /** A socket closed: nothing goes through any more. */
  stop(): void {
    this.#session?.dispose();
  }

  /** Both sockets closed: shows what was not shown yet. */
  dispose(): void {
    this.#inspected.showRequests();
    this.#inspected.showResponses();
    this.#path.dispose();
  }

  /** Tells what went by unseen since the last bytes that were shown. */
  tellSkipped(): void {
    this.#inspected.tellSkipped();
  }

  /** Ends the sockets as soon as no response is due, which may be now. */
  drain(reason: string): void {
    this.#drainReason = reason;
    const waits = this.#sockets.pending || this.#session?.clientStopped === true;
    if (!waits && this.#path.idle && this.#sockets.reason === null) this.#sockets.end(reason);
  }

  get draining(): boolean {
    return this.#drainReason !== null;
  }

  get rewrites(): RewriteTally {
    return this.#path.rewrites;
  }

  // FramePathHost

  forward(bytes: Uint8Array, more: boolean): boolean {
    const { gathered } = this.#context;
    this.audit.count('toClient', bytes);
    if (more && gathered.add(bytes)) return true;
    gathered.write(this.#writeToClient);
    if (more && gathered.add(bytes)) return true;
    return this.#sockets.client.write(bytes);
  }

  readonly #writeToClient = (bytes: Uint8Array): boolean => this.#sockets.client.write(bytes);

  looksAt(apiKey: number, apiVersion: number): boolean {
    return this.#inspected.looksAt(apiKey, apiVersion, this.heard.clientAtUs ?? 0);
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
    if (!this.#sockets.whole) return;
    this.heard.brokerReadAgain();
    this.#path.resume();
    this.#context.gathered.write(this.#writeToClient);
    if (!this.#path.blocked && !this.#sockets.client.pending) {
      this.#inspected.showResponses();
      this.#sockets.broker?.resume();
    }
    this.#session?.look();
  }

  /** The client goes to its bootstrap servers now; what it hears there must be the truth of today. */
  rebootstrapRequired(): void {
    this.#report.rebootstrapRequired();
    void this.#context.directory.refresh();
  }

  refuse(reason: string): void {
    this.#context.gathered.write(this.#writeToClient);
    this.event('rewrite-refused', { reason });
    this.close('rewrite-refused');
  }

  event(event: string, detail: EventDetail): void {
    this.#report.event(event, detail, this.heard.brokerAtUs);
  }

  tagged(correlationId: number, tag: string): void {
    this.#report.tagged(correlationId, tag);
  }

  clientLogsIn(): void {
    this.#session?.clientLogsIn();
  }

  // UpstreamSessionHost

  get quiet(): boolean {
    return this.#path.idle && !this.#path.blocked && !this.#sockets.client.pending && this.#sockets.reason === null;
  }

  get clientFrameBytesLeft(): number | null {
    return this.#path.clientFrameBytesLeft;
  }

  stopClient(): void {
    this.#sockets.client.pause();
  }

  resumeClient(): void {
    if (this.#sockets.broker?.pending !== true) this.#sockets.client.resume();
    this.#settled();
  }

  writeBroker(bytes: Uint8Array): void {
    this.#sockets.broker?.write(bytes);
  }

  close(reason: string): void {
    this.#sockets.close(reason);
  }

  // AddressBook

  advertised(broker: BrokerAddress): AdvertisedAddress {
    const binding = this.#context.directory.routes.learn(broker);
    return binding ? { host: binding.advertisedHost ?? this.#advertiseHost, port: binding.port } : binding;
  }
}
