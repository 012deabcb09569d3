import type net from 'node:net';
import type { PathFacts } from '../metrics/path-facts.ts';
import { refusalOf } from './address-guard.ts';
import { type BrokerBinding, BrokerListeners, upstreamName } from './broker-listeners.ts';
import { ClientTls, type ClientTlsOptions } from './client-tls.ts';
import { loopIdleUs, nowUs, processorUs } from './clock.ts';
import { type ConnectionContext, type Destination, ProxyConnection, type ProxyObserver } from './connection.ts';
import type { EventDetail } from './event-detail.ts';
import { GatheredOutput } from './gathered-output.ts';
import { HeldBytes } from './held-bytes.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { KeylogFile } from './keylog-file.ts';
import { Listener } from './listener.ts';
import { LookBudget } from './look-budget.ts';
import { LoudCounter } from './loud-counter.ts';
import { OnreadSocket } from './onread-socket.ts';
import { PathLedger } from './path-ledger.ts';
import { type ProbeResult, probeUpstream } from './probe.ts';
import { ProxyError } from './proxy-error.ts';
import { ReadBufferBudget } from './read-buffer.ts';
import { SkipReport } from './skip-report.ts';
import { lookEveryMs, type TimeoutCause, type TimeoutOptions, timeoutOf, timeoutSentence } from './timeouts.ts';
import type { UpstreamTls } from './upstream-race.ts';

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
  readonly connectTimeoutMs: number;
  readonly connectionsMax: number;
  readonly drainTimeoutMs: number;
  /** null: clients speak plaintext. */
  readonly clientTls: ClientTlsOptions | null;
  /** null: plaintext to the brokers. */
  readonly upstreamTls: UpstreamTls | null;
  /** File that gets the TLS secrets of both sides; null: none. */
  readonly keylogPath: string | null;
  /** `all`: every exchange is looked at, whatever it costs the traffic; default `auto`. */
  readonly inspect?: 'auto' | 'all';
  /** Digests of all streams, told at the end of each connection. */
  readonly hashes?: boolean;
}

/** A proxy that accepts clients. */
export interface RunningProxy {
  readonly address: HostPort;
  /** What the first look at the upstream found; never rejects. */
  readonly probed: Promise<ProbeResult>;
  brokers(): readonly BrokerBinding[];
  /** Client connections open now. */
  connections(): number;
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
export async function startProxy(options: ProxyOptions, observer: ProxyObserver): Promise<RunningProxy> {
  if (options.upstreams.length === 0) {
    throw new ProxyError('invalid-option', 'No upstream is named; write --upstream HOST:PORT.');
  }
  const proxy = new KafkaProxy(options, observer);
  await proxy.start();
  return proxy;
}

class KafkaProxy implements RunningProxy {
  readonly #options: ProxyOptions;
  readonly #observer: ProxyObserver;
  readonly #connections = new Set<ProxyConnection>();
  readonly #budget = new ReadBufferBudget();
  readonly #refused: LoudCounter;
  readonly #acceptFailed: LoudCounter;
  readonly #keylog: KeylogFile | null;
  readonly #clientTls: ClientTls | null;
  #acceptFailedCode = '';
  readonly #ledger: PathLedger;
  readonly #skipReport: SkipReport;
  #upstreamReached = false;
  #bootstrap: Listener | null = null;
  #context: ConnectionContext | null = null;
  #lastId = 0;
  readonly #timeouts = { 'first-byte-timeout': 0, 'stalled-frame-timeout': 0, 'idle-timeout': 0 };
  #look: NodeJS.Timeout | null = null;
  #stopping = false;
  #probed: Promise<ProbeResult> | null = null;
  #allClosed: (() => void)[] = [];

  constructor(options: ProxyOptions, observer: ProxyObserver) {
    this.#options = options;
    this.#observer = observer;
    const { clientTls, keylogPath, advertiseHost } = options;
    this.#ledger = new PathLedger(new LookBudget(loopIdleUs, processorUs, { everything: options.inspect === 'all' }));
    this.#skipReport = new SkipReport(this.#ledger, observer);
    this.#keylog =
      keylogPath === null ? null : new KeylogFile(keylogPath, (message) => this.#event('keylog-failed', { message }));
    this.#clientTls =
      clientTls === null ? null : new ClientTls(clientTls, advertiseHost, options.handshakeTimeoutMs, this.#logKey);
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
    return this.#context?.listeners.list() ?? [];
  }

  connections(): number {
    return this.#connections.size;
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
      handshakes: this.#clientTls?.handshakes ?? 0,
      draining: this.#stopping,
      upstreamReached: this.#upstreamReached,
    });
  }

  async start(): Promise<void> {
    const { listen, upstreams, brokerPortsFirst, brokerPorts } = this.#options;
    const destination: Destination = { targets: upstreams, nodeId: null };
    const bootstrap = await Listener.open(
      listen,
      { accepted: (socket) => this.#accepted(socket, destination), acceptFailed: (code) => this.#failedToAccept(code) },
      '--listen',
    );
    this.#bootstrap = bootstrap;
    const first = brokerPortsFirst ?? bootstrap.address.port + 1;
    const listeners = new BrokerListeners({ host: listen.host, first, pinned: brokerPorts }, this.#listenerHandler());
    this.#context = this.#makeContext(listeners);
    this.#event('listener-opened', {
      ...bootstrap.address,
      nodeId: null,
      upstream: upstreams.map(({ host, port }) => formatHostPort(host, port)).join(','),
    });
    try {
      await listeners.openPinned();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#probed = this.#probe();
    this.#skipReport.start();
    const everyMs = lookEveryMs(this.#options);
    if (everyMs !== null) this.#look = setInterval(() => this.#endSilent(), everyMs);
  }

  #endSilent(): void {
    const atUs = nowUs();
    for (const connection of [...this.#connections]) {
      const cause = connection.connected ? timeoutOf(connection, this.#options, atUs) : null;
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
    await listenersClosed;
    this.#keylog?.close();
  }

  async close(): Promise<void> {
    const listenersClosed = this.#stopAccepting();
    this.#closeAll('proxy-closed');
    await this.#whenAllClosed();
    this.#skipReport.stop();
    await listenersClosed;
    this.#keylog?.close();
  }

  async #stopAccepting(): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    this.#refused.flush();
    this.#acceptFailed.flush();
    this.#clientTls?.close();
    if (this.#look !== null) clearInterval(this.#look);
    if (!first) return;
    await Promise.all([this.#bootstrap?.close(), this.#context?.listeners.close()]);
  }

  #closeAll(reason: string): void {
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  #whenAllClosed(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#allClosed.push(resolve));
  }

  #makeContext(listeners: BrokerListeners): ConnectionContext {
    return {
      observer: this.#observer,
      listeners,
      budget: this.#budget,
      held: new HeldBytes(),
      ledger: this.#ledger,
      gathered: new GatheredOutput(),
      hashes: this.#options.hashes === true,
      advertiseHost: this.#options.advertiseHost,
      connectTimeoutMs: this.#options.connectTimeoutMs,
      upstreamTls: this.#options.upstreamTls,
      keylog: this.#logKey,
      refusal: (address, port, chosenByUser) => this.#refusal(address, port, chosenByUser),
      over: (connection) => this.#over(connection),
    };
  }

  #refusal(address: string, port: number, chosenByUser: boolean): string | null {
    return refusalOf(address, port, [this.address, ...this.brokers()], chosenByUser);
  }

  #over(connection: ProxyConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    const waiting = this.#allClosed;
    this.#allClosed = [];
    for (const resolve of waiting) resolve();
  }

  #accepted(accepted: net.Socket, destination: Destination): void {
    const context = this.#context;
    const open = this.#connections.size + (this.#clientTls?.handshakes ?? 0);
    if (context === null || this.#stopping || open >= this.#options.connectionsMax) {
      if (!this.#stopping) this.#refused.add(nowUs());
      accepted.on('error', () => undefined);
      accepted.resetAndDestroy();
      return;
    }
    if (this.#clientTls === null) {
      this.#begin(context, OnreadSocket.accepted(accepted, this.#budget), destination);
      return;
    }
    this.#clientTls.accept(
      accepted,
      (socket) => this.#begin(context, OnreadSocket.fromStream(socket), destination),
      (client, failure) => this.#event('tls-failed', { ...failure, client }),
    );
  }

  #begin(context: ConnectionContext, client: OnreadSocket, destination: Destination): void {
    this.#lastId += 1;
    this.#connections.add(new ProxyConnection(context, this.#lastId, client, destination));
  }

  readonly #logKey = (line: Uint8Array): void => this.#keylog?.write(line);

  #acceptedOnBroker(accepted: net.Socket, binding: BrokerBinding): void {
    if (binding.upstream !== null) {
      this.#accepted(accepted, { targets: [binding.upstream], nodeId: binding.nodeId });
      return;
    }
    accepted.on('error', () => undefined);
    accepted.resetAndDestroy();
    this.#event('connection-failed', {
      client: null,
      nodeId: binding.nodeId,
      reason: 'broker-unknown',
      message: `No response has named broker ${binding.nodeId} yet, so its port ${binding.port} leads nowhere; connect to the bootstrap port first.`,
    });
  }

  #listenerHandler(): ConstructorParameters<typeof BrokerListeners>[1] {
    return {
      accepted: (socket, binding) => this.#acceptedOnBroker(socket, binding),
      acceptFailed: (code) => this.#failedToAccept(code),
      opened: (binding, wantedPort) =>
        this.#event('listener-opened', { ...bindingDetail(binding), ...(wantedPort === null ? {} : { wantedPort }) }),
      moved: (binding, before) =>
        this.#event('listener-repointed', {
          ...bindingDetail(binding),
          before: before === null ? null : formatHostPort(before.host, before.port),
        }),
      failed: ({ nodeId, host, port }, message) =>
        this.#event('listener-failed', { nodeId, upstream: formatHostPort(host, port), message }),
    };
  }

  #failedToAccept(code: string): void {
    this.#acceptFailedCode = code;
    this.#acceptFailed.add(nowUs());
  }

  async #probe(): Promise<ProbeResult> {
    const { upstreams, connectTimeoutMs } = this.#options;
    const result = await probeUpstream({
      targets: upstreams,
      timeoutMs: connectTimeoutMs,
      answerTimeoutMs: connectTimeoutMs,
      budget: this.#budget,
      tls: this.#options.upstreamTls,
      keylog: this.#logKey,
      refusal: (address, port) => this.#refusal(address, port, true),
    });
    if (this.#stopping) return result;
    this.#upstreamReached = result.kind === 'kafka';
    if (result.kind === 'kafka') {
      this.#event('upstream-reached', {
        upstream: formatHostPort(result.upstream.host, result.upstream.port),
        brokers: result.brokers.length,
        message: result.message,
      });
      await this.#context?.listeners.open(result.brokers);
    } else {
      const reason = result.kind === 'unreachable' ? result.reason : result.kind;
      this.#event('upstream-unreachable', { reason, message: result.message });
    }
    return result;
  }

  #event(event: string, detail: EventDetail): void {
    this.#observer.event({ kind: 'event', atUs: nowUs(), event, connection: null, detail });
  }
}

function bindingDetail(binding: BrokerBinding): EventDetail {
  const { host, port, nodeId, endpointType } = binding;
  return { host, port, nodeId, upstream: upstreamName(binding), controller: endpointType !== 1 };
}
