import type net from 'node:net';
import type { PathFacts } from '../metrics/path-facts.ts';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import { writeProxyHeader } from '../wire/proxy-header.ts';
import { refusalOf } from './address-guard.ts';
import { Admission } from './admission.ts';
import { AdvertisePattern } from './advertise-pattern.ts';
import { BrokerListeners } from './broker-listeners.ts';
import { type BrokerBinding, type BrokerRoutesHandler, isSameAddress, upstreamName } from './broker-routes.ts';
import { CertificateCover } from './certificate-cover.ts';
import type { ClientEnds } from './client-ends.ts';
import type { ClientTlsOptions } from './client-tls.ts';
import { loopIdleUs, nowUs, processorUs } from './clock.ts';
import { ClusterDirectory } from './cluster-directory.ts';
import { ProxyConnection } from './connection.ts';
import type { ConnectionContext, ProxyObserver } from './connection-context.ts';
import type { EventDetail } from './event-detail.ts';
import { GatheredOutput } from './gathered-output.ts';
import { HeldBytes } from './held-bytes.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { KeylogFile } from './keylog-file.ts';
import { LaterObserver } from './later-observer.ts';
import type { OpenListener } from './listener.ts';
import { LookBudget } from './look-budget.ts';
import { LoudCounter } from './loud-counter.ts';
import { isMisled, misledDrainMs } from './misled.ts';
import type { OnreadSocket } from './onread-socket.ts';
import { PathLedger } from './path-ledger.ts';
import { type ProbeResult, probeUpstream } from './probe.ts';
import { ProxyError } from './proxy-error.ts';
import { type Directory, type ProxyShare, wholeProxy } from './proxy-share.ts';
import { ReadBufferBudget } from './read-buffer.ts';
import { Credentials, type UpstreamSasl } from './sasl/credentials.ts';
import { SkipReport } from './skip-report.ts';
import { SniRoutes } from './sni-routes.ts';
import { lookEveryMs, type TimeoutCause, type TimeoutOptions, timeoutOf, timeoutSentence } from './timeouts.ts';
import type { UpstreamTls } from './upstream-race.ts';
import type { Destination } from './upstream-route.ts';

export interface ProxyOptions extends TimeoutOptions {
  /** The bootstrap listener; port 0 takes a free one. */
  readonly listen: HostPort;
  /** Bootstrap servers, tried in this order. */
  readonly upstreams: readonly HostPort[];
  /** Host written into responses; null: the local address on which that client's connection arrived. */
  readonly advertiseHost: string | null;
  /** Node n listens on `first + n`; 0: free ports; null: the bootstrap port + 1. */
  readonly brokerPortsFirst: number | null;
  /** Pinned ports by node id. */
  readonly brokerPorts: ReadonlyMap<number, number>;
  /** One TLS port for all brokers, each by a name such as `b{nodeId}.kafka.local`; null or absent: a port for each. */
  readonly advertisePattern?: string | null;
  /** PROXY protocol headers: expected from clients, sent to brokers; absent: neither. */
  readonly proxyProtocol?: ProxyProtocolOptions;
  readonly connectTimeoutMs: number;
  readonly connectionsMax: number;
  readonly drainTimeoutMs: number;
  /** null: clients speak plaintext. */
  readonly clientTls: ClientTlsOptions | null;
  /** null: plaintext to the brokers. */
  readonly upstreamTls: UpstreamTls | null;
  /** How the proxy logs in to the brokers for clients that do not; null: it does not. */
  readonly upstreamSasl: UpstreamSasl | null;
  /** File that gets the TLS secrets of both sides; null: none. */
  readonly keylogPath: string | null;
  /** `all`: every exchange is looked at, whatever it costs the traffic; default `auto`. */
  readonly inspect?: 'auto' | 'all';
  /** Digests of all streams, told at the end of each connection. */
  readonly hashes?: boolean;
}

/** Where PROXY protocol headers are spoken. */
export interface ProxyProtocolOptions {
  readonly in: boolean;
  readonly out: boolean;
}

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
  if (options.upstreams.length === 0) {
    throw new ProxyError('invalid-option', 'No upstream is named; write --upstream HOST:PORT.');
  }
  const proxy = new KafkaProxy(options, observer, share);
  await proxy.start();
  return proxy;
}

class KafkaProxy implements RunningProxy {
  readonly #options: ProxyOptions;
  readonly #observer: ProxyObserver;
  readonly #later: LaterObserver | null;
  readonly #connections = new Set<ProxyConnection>();
  readonly #budget = new ReadBufferBudget();
  readonly #share: ProxyShare;
  readonly #refused: LoudCounter;
  readonly #acceptFailed: LoudCounter;
  readonly #keylog: KeylogFile | null;
  readonly #credentials: Credentials | null;
  readonly #admission: Admission;
  #acceptFailedCode = '';
  readonly #ledger: PathLedger;
  readonly #skipReport: SkipReport;
  #upstreamReached = false;
  #bootstrap: OpenListener | null = null;
  readonly #pattern: AdvertisePattern | null;
  readonly #cover: CertificateCover | null;
  readonly #ownAddresses: HostPort[] = [];
  /** Connections at the wrong broker that were told to end. */
  readonly #misled = new WeakSet<ProxyConnection>();
  #directory: Directory | null = null;
  #context: ConnectionContext<ProxyConnection> | null = null;
  readonly #timeouts = { 'first-byte-timeout': 0, 'stalled-frame-timeout': 0, 'idle-timeout': 0 };
  #look: NodeJS.Timeout | null = null;
  #stopping = false;
  #probed: Promise<ProbeResult> | null = null;
  #allClosed: (() => void)[] = [];

  constructor(options: ProxyOptions, observer: ProxyObserver, share: ProxyShare) {
    this.#options = options;
    this.#share = share;
    const { clientTls, keylogPath, advertiseHost, advertisePattern = null } = options;
    const everything = options.inspect === 'all';
    this.#ledger = new PathLedger(new LookBudget(loopIdleUs, processorUs, { everything, room: share.lookRoom }));
    // What goes through a ring is looked at elsewhere, and writing there is quick.
    this.#later = share.lookRoom === null ? new LaterObserver(observer, this.#ledger.looking) : null;
    this.#observer = this.#later ?? observer;
    this.#skipReport = new SkipReport(this.#ledger, this.#observer);
    this.#keylog =
      keylogPath === null ? null : new KeylogFile(keylogPath, (message) => this.#event('keylog-failed', { message }));
    this.#credentials = options.upstreamSasl === null ? null : new Credentials(options.upstreamSasl);
    this.#admission = new Admission({
      clientTls,
      advertiseHost,
      proxyHeaders: options.proxyProtocol?.in === true,
      handshakeTimeoutMs: options.handshakeTimeoutMs,
      budget: this.#budget,
      keylog: this.#logKey,
      event: (event, detail) => this.#event(event, detail),
      admitted: (client, destination, ends) => this.#begin(client, destination, ends),
    });
    this.#pattern = advertisePattern === null ? null : new AdvertisePattern(advertisePattern);
    if (this.#pattern !== null && clientTls === null) {
      throw new ProxyError(
        'invalid-option',
        '--advertise-pattern needs TLS for clients: add --tls-auto or --tls-cert.',
      );
    }
    const given = share.follow === null ? (clientTls?.certificate ?? null) : null;
    this.#cover = this.#pattern === null || given === null ? null : new CertificateCover(given.cert, this.#pattern);
    this.#refused = new LoudCounter((count) =>
      this.#event('connection-refused', {
        count,
        message: `${options.connectionsMax} connections are open, the most allowed; raise --max-connections to let more in.`,
      }),
    );
    this.#acceptFailed = new LoudCounter((count) =>
      this.#event('accept-failed', {
        count,
        code: this.#acceptFailedCode,
        message: `A connection could not be accepted (${this.#acceptFailedCode}); if descriptors are used up, raise ulimit -n.`,
      }),
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
    this.#ownAddresses.push(address);
  }

  timeouts(): Readonly<Record<TimeoutCause, number>> {
    return { ...this.#timeouts };
  }

  facts(): PathFacts {
    return this.#ledger.facts(this.#connections, {
      refused: {
        'max-connections': this.#refused.total,
        'accept-failed': this.#acceptFailed.total,
        ...this.#timeouts,
      },
      handshakes: this.#admission.waiting,
      draining: this.#stopping,
      upstreamReached: this.#upstreamReached,
    });
  }

  async start(): Promise<void> {
    const { listen, upstreams } = this.#options;
    const destination: Destination = { targets: upstreams, nodeId: null, endpointType: brokerEndpoint };
    const bootstrap = await this.#share.openListener(
      listen,
      { accepted: (socket) => this.#accepted(socket, destination), acceptFailed: (code) => this.#failedToAccept(code) },
      '--listen',
      null,
    );
    this.#bootstrap = bootstrap;
    const directory = this.#share.follow?.(this.#routesHandler()) ?? this.#newDirectory(bootstrap);
    const { routes } = directory;
    this.#directory = directory;
    if (this.#pattern !== null) this.#admission.routeByName(this.#pattern, routes);
    this.#context = this.#makeContext(directory);
    if (this.#share.follow === null) {
      this.#event('listener-opened', {
        ...bootstrap.address,
        nodeId: null,
        upstream: upstreams.map(({ host, port }) => formatHostPort(host, port)).join(','),
      });
    }
    const warning = this.#cover?.warning() ?? null;
    if (warning !== null) this.#event('certificate-names', { message: warning });
    try {
      if (routes instanceof BrokerListeners) await routes.openPinned();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#probed = directory.start();
    this.#skipReport.start();
    const everyMs = lookEveryMs(this.#options);
    if (everyMs !== null) this.#look = setInterval(() => this.#endSilent(), everyMs);
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
      look: (servers) => this.#probe(servers),
      event: (event, detail) => this.#event(event, detail),
    });
    this.#share.leads(directory);
    return directory;
  }

  #endSilent(): void {
    const atUs = nowUs();
    for (const connection of [...this.#connections]) {
      const cause = connection.connected ? timeoutOf(connection.silence, this.#options, atUs) : null;
      if (cause === null) continue;
      this.#timeouts[cause] += 1;
      connection.timeOut(cause, this.#timeouts[cause], timeoutSentence(cause, this.#options));
    }
  }

  async drain(): Promise<void> {
    const listenersClosed = this.#stopAccepting();
    for (const connection of [...this.#connections]) connection.drain();
    const deadline = setTimeout(() => this.#closeAll('drain-timeout'), this.#options.drainTimeoutMs);
    await this.#whenAllClosed();
    clearTimeout(deadline);
    this.#skipReport.stop();
    this.#later?.flush();
    await listenersClosed;
    this.#keylog?.close();
  }

  async close(): Promise<void> {
    const listenersClosed = this.#stopAccepting();
    this.#closeAll('proxy-closed');
    await this.#whenAllClosed();
    this.#skipReport.stop();
    this.#later?.flush();
    await listenersClosed;
    this.#keylog?.close();
  }

  async #stopAccepting(): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    this.#refused.flush();
    this.#acceptFailed.flush();
    this.#admission.close();
    this.#directory?.stop();
    if (this.#look !== null) clearInterval(this.#look);
    if (!first) return;
    await Promise.all([this.#bootstrap?.close(), this.#directory?.routes.close()]);
  }

  #closeAll(reason: string): void {
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  #whenAllClosed(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#allClosed.push(resolve));
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
      loopsBack: (firstBytes) => this.#loopsBack(firstBytes),
      refusal: this.#refusal,
      over: (connection) => this.#over(connection),
    };
  }

  /** What the user wrote is trusted more than what a response named. */
  readonly #refusal = (address: string, port: number, target: HostPort): string | null => {
    const bound = this.#bootstrap?.bound ?? this.#options.listen;
    const brokers = this.brokers().map((binding) => ({ host: bound.host, port: binding.port }));
    const chosenByUser = this.#options.upstreams.some((upstream) => isSameAddress(upstream, target));
    return refusalOf(address, port, [bound, ...brokers, ...this.#ownAddresses], chosenByUser);
  };

  #loopsBack(firstBytes: Uint8Array): boolean {
    if (!this.#share.ownProbe.isIn(firstBytes)) return false;
    this.#share.noteLoop();
    return true;
  }

  #over(connection: ProxyConnection): void {
    this.#connections.delete(connection);
    this.#share.othersOpen(this.#connections.size + this.#admission.waiting);
    if (this.#connections.size > 0) return;
    const waiting = this.#allClosed;
    this.#allClosed = [];
    for (const resolve of waiting) resolve();
  }

  #accepted(accepted: net.Socket, destination: Destination): void {
    const own = this.#connections.size + this.#admission.waiting;
    const open = own + this.#share.othersOpen(own + 1);
    if (this.#context === null || this.#stopping || open >= this.#options.connectionsMax) {
      if (!this.#stopping) this.#refused.add(nowUs());
      accepted.on('error', () => undefined);
      accepted.resetAndDestroy();
      return;
    }
    this.#admission.accept(accepted, destination);
  }

  #begin(client: OnreadSocket, destination: Destination, ends: ClientEnds): void {
    const context = this.#context;
    if (context === null) return;
    this.#connections.add(new ProxyConnection(context, this.#share.nextConnectionId(), client, destination, ends));
  }

  readonly #logKey = (line: Uint8Array): void => this.#keylog?.write(line);

  #acceptedOnBroker(accepted: net.Socket, { upstream, nodeId, endpointType }: BrokerBinding): void {
    this.#accepted(accepted, { targets: upstream === null ? [] : [upstream], nodeId, endpointType });
  }

  #routesHandler(): BrokerRoutesHandler {
    const tells = this.#share.follow === null;
    return {
      accepted: (socket, binding) => this.#acceptedOnBroker(socket, binding),
      acceptFailed: (code) => this.#failedToAccept(code),
      opened: (binding, wantedPort) => {
        this.#share.bindingChanged(binding);
        if (tells)
          this.#event('listener-opened', { ...bindingDetail(binding), ...(wantedPort === null ? {} : { wantedPort }) });
        const warning =
          binding.advertisedHost === null ? null : (this.#cover?.warningFor(binding.advertisedHost) ?? null);
        if (warning !== null) this.#event('certificate-names', { message: warning });
        this.#endMisled(binding);
      },
      moved: (binding, before) => {
        const from = before === null ? null : formatHostPort(before.host, before.port);
        this.#share.bindingChanged(binding);
        if (tells) this.#event('listener-repointed', { ...bindingDetail(binding), before: from });
        this.#endMisled(binding);
      },
      failed: ({ nodeId, host, port }, message) =>
        this.#event('listener-failed', { nodeId, upstream: formatHostPort(host, port), message }),
      forgot: () => {
        for (const binding of this.brokers()) this.#share.bindingChanged(binding);
      },
    };
  }

  /** Ends the connections that are at the wrong broker now; their clients come back to the right one. */
  #endMisled(binding: BrokerBinding): void {
    let ended = 0;
    for (const connection of this.#connections) {
      if (this.#misled.has(connection) || !isMisled(connection, binding)) continue;
      this.#misled.add(connection);
      ended += 1;
      // Not now: the response that brought the news is on its way to one of them.
      setImmediate(() => connection.drain('broker-elsewhere'));
      setTimeout(() => connection.close('broker-elsewhere'), misledDrainMs).unref();
    }
    if (ended === 0) return;
    const many = ended === 1 ? '1 connection is' : `${ended} connections are`;
    const message = `${upstreamName(binding)} is broker ${binding.nodeId} now; ${many} at another broker than was asked for and ended, so that the clients come back to the right one.`;
    this.#event('connections-misled', { ...bindingDetail(binding), connections: ended, message });
  }

  #failedToAccept(code: string): void {
    this.#acceptFailedCode = code;
    this.#acceptFailed.add(nowUs());
  }

  async #probe(servers: readonly HostPort[]): Promise<ProbeResult> {
    const { connectTimeoutMs, upstreamTls, proxyProtocol } = this.#options;
    const found = await probeUpstream({
      targets: servers,
      timeoutMs: connectTimeoutMs,
      answerTimeoutMs: connectTimeoutMs,
      clientId: this.#share.ownProbe.clientId,
      budget: this.#budget,
      tls: upstreamTls,
      credentials: this.#credentials,
      preface: proxyProtocol?.out === true ? writeProxyHeader(null) : null,
      keylog: this.#logKey,
      refusal: this.#refusal,
    });
    this.#upstreamReached = found.kind === 'kafka';
    return this.#share.looped() && 'upstream' in found ? loopOf(found.upstream) : found;
  }

  #event(event: string, detail: EventDetail): void {
    this.#observer.event({ kind: 'event', atUs: nowUs(), event, connection: null, detail });
  }
}

function loopOf(upstream: HostPort): ProbeResult {
  const name = formatHostPort(upstream.host, upstream.port);
  const message = `--upstream ${name} leads back to this proxy: what it sends there comes in at its own listener, so clients would go round for ever. Give the address of a broker.`;
  return { kind: 'loop', upstream, message };
}

function bindingDetail(binding: BrokerBinding): EventDetail {
  const { host, port, nodeId, endpointType } = binding;
  return { host, port, nodeId, upstream: upstreamName(binding), controller: endpointType !== 1 };
}
