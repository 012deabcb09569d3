import type net from 'node:net';
import type { PathFacts } from '../metrics/path-facts.ts';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import { writeProxyHeader } from '../wire/proxy-header.ts';
import { AcceptGate } from './accept-gate.ts';
import { Admission } from './admission.ts';
import { AdvertisePattern } from './advertise-pattern.ts';
import { BrokerListeners } from './broker-listeners.ts';
import type { BrokerBinding, BrokerRoutesHandler } from './broker-routes.ts';
import { CertificateCover } from './certificate-cover.ts';
import type { ClientEnds } from './client-ends.ts';
import { loopIdleUs, nowUs, processorUs } from './clock.ts';
import { ClusterDirectory } from './cluster-directory.ts';
import { ProxyConnection } from './connection.ts';
import type { ConnectionContext, ProxyObserver } from './connection-context.ts';
import type { EventDetail } from './event-detail.ts';
import { GatheredOutput } from './gathered-output.ts';
import { HeldBytes } from './held-bytes.ts';
import type { HostPort } from './host-port.ts';
import { KeylogFile } from './keylog-file.ts';
import { LaterObserver } from './later-observer.ts';
import type { OpenListener } from './listener.ts';
import { ListenerReport } from './listener-report.ts';
import { LookBudget } from './look-budget.ts';
import type { OnreadSocket } from './onread-socket.ts';
import { OpenConnections } from './open-connections.ts';
import { OwnAddresses } from './own-addresses.ts';
import { PathLedger } from './path-ledger.ts';
import type { ProbeResult } from './probe.ts';
import { type ProxyOptions, refuseUnusable } from './proxy-options.ts';
import { type Directory, type ProxyShare, wholeProxy } from './proxy-share.ts';
import { ReadBufferBudget } from './read-buffer.ts';
import { Credentials } from './sasl/credentials.ts';
import { SkipReport } from './skip-report.ts';
import { SniRoutes } from './sni-routes.ts';
import type { TimeoutCause } from './timeouts.ts';
import { UpstreamLook } from './upstream-look.ts';
import type { Destination } from './upstream-route.ts';

/** A proxy that accepts clients. */
export interface RunningProxy {
  readonly address: HostPort;
  /** What the first look at the upstream found; never rejects. */
  readonly probed: Promise<ProbeResult>;
  brokers(): readonly BrokerBinding[];
  /** Client connections open now. */
  connections(): number;
  /** Names an address that is this program's own (its metrics, its web page), so that no broker can send us there. */
  registerOwnAddress(address: HostPort): void;
  /** Connections given up for their silence, by cause. */
  timeouts(): Readonly<Record<TimeoutCause, number>>;
  /** What the data path did so far, and nothing else. */
  facts(): PathFacts;
  /** Accepts nobody new, lets due responses go out, then closes; resolves when all sockets are closed. */
  drain(): Promise<void>;
  /** Closes everything now; resolves when all sockets are closed. */
  close(): Promise<void>;
}

/**
 * Opens the bootstrap listener and the pinned broker ports; rejects with a `ProxyError` when one cannot be had.
 * Whether the upstream can be reached is another matter: the proxy listens either way, and an event tells.
 */
export async function startProxy(
  options: ProxyOptions,
  observer: ProxyObserver,
  share: ProxyShare = wholeProxy(),
): Promise<RunningProxy> {
  refuseUnusable(options);
  const proxy = new KafkaProxy(options, observer, share);
  await proxy.start();
  return proxy;
}

class KafkaProxy implements RunningProxy {
  readonly #options: ProxyOptions;
  readonly #observer: ProxyObserver;
  readonly #later: LaterObserver | null;
  readonly #share: ProxyShare;
  readonly #connections: OpenConnections<ProxyConnection>;
  readonly #budget = new ReadBufferBudget();
  readonly #keylog: KeylogFile | null;
  readonly #credentials: Credentials | null;
  readonly #gate: AcceptGate;
  readonly #admission: Admission;
  readonly #ledger: PathLedger;
  readonly #skipReport: SkipReport;
  readonly #pattern: AdvertisePattern | null;
  readonly #listenerReport: ListenerReport;
  readonly #upstreamLook: UpstreamLook;
  readonly #own: OwnAddresses;
  #bootstrap: OpenListener | null = null;
  #directory: Directory | null = null;
  #context: ConnectionContext<ProxyConnection> | null = null;
  #stopping = false;
  #probed: Promise<ProbeResult> | null = null;

  constructor(options: ProxyOptions, observer: ProxyObserver, share: ProxyShare) {
    this.#options = options;
    this.#share = share;
    const { clientTls, keylogPath, advertiseHost, advertisePattern = null, connectTimeoutMs } = options;
    const everything = options.inspect === 'all';
    this.#ledger = new PathLedger(new LookBudget(loopIdleUs, processorUs, { everything, room: share.lookRoom }));
    // What goes through a ring is looked at elsewhere, and writing there is quick.
    this.#later = share.lookRoom === null ? new LaterObserver(observer, this.#ledger.looking) : null;
    this.#observer = this.#later ?? observer;
    this.#skipReport = new SkipReport(this.#ledger, this.#observer);
    this.#connections = new OpenConnections(options);
    this.#own = new OwnAddresses(options.upstreams, () => this.#listensOn());
    this.#keylog =
      keylogPath === null ? null : new KeylogFile(keylogPath, (message) => this.#event('keylog-failed', { message }));
    this.#credentials = options.upstreamSasl === null ? null : new Credentials(options.upstreamSasl);
    this.#gate = new AcceptGate(options.connectionsMax, this.#event);
    this.#admission = new Admission({
      clientTls,
      advertiseHost,
      proxyHeaders: options.proxyProtocol?.in === true,
      handshakeTimeoutMs: options.handshakeTimeoutMs,
      budget: this.#budget,
      keylog: this.#logKey,
      event: this.#event,
      admitted: (client, destination, ends) => this.#begin(client, destination, ends),
    });
    this.#pattern = advertisePattern === null ? null : new AdvertisePattern(advertisePattern);
    const leads = share.follow === null;
    const given = leads ? (clientTls?.certificate ?? null) : null;
    const cover = this.#pattern === null || given === null ? null : new CertificateCover(given.cert, this.#pattern);
    this.#listenerReport = new ListenerReport(leads, cover, this.#event);
    this.#upstreamLook = new UpstreamLook(
      {
        timeoutMs: connectTimeoutMs,
        answerTimeoutMs: connectTimeoutMs,
        clientId: share.ownProbe.clientId,
        budget: this.#budget,
        tls: options.upstreamTls,
        credentials: this.#credentials,
        preface: options.proxyProtocol?.out === true ? writeProxyHeader(null) : null,
        keylog: this.#logKey,
        refusal: this.#own.refusal,
      },
      () => share.looped(),
    );
  }

  get address(): HostPort {
    return this.#bootstrap?.address ?? this.#options.listen;
  }

  get probed(): Promise<ProbeResult> {
    return this.#probed ?? Promise.reject(new Error('the proxy has not started'));
  }

  brokers(): readonly BrokerBinding[] {
    return this.#directory?.routes.list() ?? [];
  }

  connections(): number {
    return this.#connections.size;
  }

  registerOwnAddress(address: HostPort): void {
    this.#own.add(address);
  }

  timeouts(): Readonly<Record<TimeoutCause, number>> {
    return this.#connections.timeouts;
  }

  facts(): PathFacts {
    return this.#ledger.facts(this.#connections, {
      refused: { ...this.#gate.refused, ...this.#connections.timeouts },
      handshakes: this.#admission.waiting,
      draining: this.#stopping,
      upstreamReached: this.#upstreamLook.reached,
    });
  }

  async start(): Promise<void> {
    const { listen, upstreams } = this.#options;
    const destination: Destination = { targets: upstreams, nodeId: null, endpointType: brokerEndpoint };
    const bootstrap = await this.#share.openListener(
      listen,
      {
        accepted: (socket) => this.#accepted(socket, destination),
        acceptFailed: (code) => this.#gate.acceptFailed(code),
      },
      '--listen',
      null,
    );
    this.#bootstrap = bootstrap;
    const directory = this.#share.follow?.(this.#routesHandler()) ?? this.#newDirectory(bootstrap);
    const { routes } = directory;
    this.#directory = directory;
    if (this.#pattern !== null) this.#admission.routeByName(this.#pattern, routes);
    this.#context = this.#makeContext(directory);
    this.#listenerReport.started(bootstrap.address, upstreams);
    try {
      if (routes instanceof BrokerListeners) await routes.openPinned();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#probed = directory.start();
    this.#skipReport.start();
    this.#connections.watchSilence();
  }

  #newDirectory(bootstrap: OpenListener): ClusterDirectory {
    const { listen, upstreams, brokerPortsFirst, brokerPorts } = this.#options;
    const first = brokerPortsFirst ?? bootstrap.address.port + 1;
    const { openListener: open } = this.#share;
    const handler = this.#routesHandler();
    const routes =
      this.#pattern === null
        ? new BrokerListeners({ host: listen.host, first, pinned: brokerPorts, open }, handler)
        : new SniRoutes(this.#pattern, bootstrap.address.port, handler);
    const directory = new ClusterDirectory({
      routes,
      bootstrap: upstreams,
      look: (servers) => this.#upstreamLook.look(servers),
      event: this.#event,
    });
    this.#share.leads(directory);
    return directory;
  }

  #makeContext(directory: Directory): ConnectionContext<ProxyConnection> {
    const announce = this.#options.proxyProtocol?.out === true;
    return {
      observer: this.#observer,
      directory,
      budget: this.#budget,
      held: new HeldBytes(),
      ledger: this.#ledger,
      gathered: new GatheredOutput(),
      hashes: this.#options.hashes === true,
      advertiseHost: this.#options.advertiseHost,
      connectTimeoutMs: this.#options.connectTimeoutMs,
      upstreamTls: this.#options.upstreamTls,
      upstreamCredentials: this.#credentials,
      preface: ({ client, local }) => (announce ? writeProxyHeader({ source: client, destination: local }) : null),
      keylog: this.#logKey,
      loopsBack: (firstBytes) => {
        const isOwn = this.#share.ownProbe.isIn(firstBytes);
        if (isOwn) this.#share.noteLoop();
        return isOwn;
      },
      refusal: this.#own.refusal,
      over: (connection) => this.#over(connection),
    };
  }

  #routesHandler(): BrokerRoutesHandler {
    const report = this.#listenerReport;
    return {
      accepted: (socket, { upstream, nodeId, endpointType }) =>
        this.#accepted(socket, { targets: upstream === null ? [] : [upstream], nodeId, endpointType }),
      acceptFailed: (code) => this.#gate.acceptFailed(code),
      opened: (binding, wantedPort) => {
        this.#share.bindingChanged(binding);
        report.opened(binding, wantedPort);
        report.misled(binding, this.#connections.endMisled(binding));
      },
      moved: (binding, before) => {
        this.#share.bindingChanged(binding);
        report.moved(binding, before);
        report.misled(binding, this.#connections.endMisled(binding));
      },
      failed: (broker, message) => report.failed(broker, message),
      forgot: () => {
        for (const binding of this.brokers()) this.#share.bindingChanged(binding);
      },
    };
  }

  #accepted(accepted: net.Socket, destination: Destination): void {
    const own = this.#connections.size + this.#admission.waiting;
    const open = own + this.#share.othersOpen(own + 1);
    // Until the listener's own address is known nobody can be led anywhere.
    const isReady = this.#context !== null;
    if (this.#gate.letsIn(accepted, isReady ? open : Number.POSITIVE_INFINITY)) {
      this.#admission.accept(accepted, destination);
    }
  }

  #begin(client: OnreadSocket, destination: Destination, ends: ClientEnds): void {
    const context = this.#context;
    if (context === null) return;
    this.#connections.add(new ProxyConnection(context, this.#share.nextConnectionId(), client, destination, ends));
  }

  #over(connection: ProxyConnection): void {
    this.#connections.delete(connection);
    this.#share.othersOpen(this.#connections.size + this.#admission.waiting);
  }

  async drain(): Promise<void> {
    const listenersClosed = this.#stopAccepting();
    await this.#connections.drain(this.#options.drainTimeoutMs);
    await this.#stopTelling(listenersClosed);
  }

  async close(): Promise<void> {
    const listenersClosed = this.#stopAccepting();
    await this.#connections.close();
    await this.#stopTelling(listenersClosed);
  }

  async #stopAccepting(): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    this.#gate.close();
    this.#admission.close();
    this.#directory?.stop();
    this.#connections.unwatch();
    if (!first) return;
    await Promise.all([this.#bootstrap?.close(), this.#directory?.routes.close()]);
  }

  async #stopTelling(listenersClosed: Promise<void>): Promise<void> {
    this.#skipReport.stop();
    this.#later?.flush();
    await listenersClosed;
    this.#keylog?.close();
  }

  /** Where our listeners are bound. */
  #listensOn(): readonly HostPort[] {
    const bound = this.#bootstrap?.bound ?? this.#options.listen;
    return [bound, ...this.brokers().map(({ port }) => ({ host: bound.host, port }))];
  }

  readonly #logKey = (line: Uint8Array): void => this.#keylog?.write(line);

  readonly #event = (event: string, detail: EventDetail): void =>
    this.#observer.event({ kind: 'event', atUs: nowUs(), event, connection: null, detail });
}
