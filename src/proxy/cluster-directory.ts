import { type BrokerRoutes, isSameAddress } from './broker-routes.ts';
import type { EventDetail } from './event-detail.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { MetadataRefresh } from './metadata-refresh.ts';
import type { ProbeResult } from './probe.ts';
import type { Directory } from './proxy-share.ts';

/** Brokers asked beside the bootstrap servers, which may be gone while the cluster lives on. */
const knownServersMax = 8;

/** Pauses before an upstream that was not reached at start is looked at again; the last one repeats. */
const retryPausesMs: readonly number[] = [5_000, 10_000, 20_000, 30_000];

/**
 * What an upstream that is no Kafka for us is called, where it is more than not reached. Waiting mends none of these,
 * and a password that is refused again and again locks accounts.
 */
const events: Readonly<Partial<Record<ProbeResult['kind'], string>>> = {
  loop: 'upstream-loop',
  unauthenticated: 'upstream-authentication-failed',
};

export interface ClusterDirectoryOptions {
  readonly routes: BrokerRoutes;
  readonly bootstrap: readonly HostPort[];
  /** Looks at the first of these servers that answers; never rejects. */
  readonly look: (servers: readonly HostPort[]) => Promise<ProbeResult>;
  readonly event: (event: string, detail: EventDetail) => void;
}

/**
 * What the proxy knows of its cluster: where the nodes are, and which cluster it is. It looks once at start, again
 * until it has reached somebody, and whenever a connection finds a node elsewhere than it was.
 */
export class ClusterDirectory implements Directory {
  readonly routes: BrokerRoutes;
  readonly bootstrap: readonly HostPort[];
  readonly #options: ClusterDirectoryOptions;
  readonly #refresh = new MetadataRefresh(() => this.#look());
  #clusterId: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  #reached = false;
  #stopped = false;

  constructor(options: ClusterDirectoryOptions) {
    this.routes = options.routes;
    this.bootstrap = options.bootstrap;
    this.#options = options;
  }

  /** The look at start, which says what it found; the result comes when the brokers named have their listeners. */
  async start(): Promise<ProbeResult> {
    const result = await this.#refresh.current();
    if (this.#stopped || result.kind === 'kafka') return result;
    const reason = 'reason' in result ? result.reason : result.kind;
    this.#options.event(events[result.kind] ?? 'upstream-unreachable', { reason, message: result.message });
    if (mayPass(result)) this.#tryLater();
    return result;
  }

  refresh(): Promise<ProbeResult> {
    return this.#refresh.current();
  }

  /** Looks no more. */
  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  /** Without it the ports of brokers would stay closed for clients that know them from before the proxy began. */
  #tryLater(): void {
    const pauseMs = retryPausesMs[Math.min(this.#retries, retryPausesMs.length - 1)] ?? 0;
    this.#retries += 1;
    this.#retry = setTimeout(() => {
      void this.#refresh.current().then((result) => {
        if (!this.#stopped && !this.#reached && mayPass(result)) this.#tryLater();
      });
    }, pauseMs);
    this.#retry.unref();
  }

  async #look(): Promise<ProbeResult> {
    const result = await this.#options.look(this.#servers());
    if (this.#stopped || result.kind !== 'kafka') return result;
    if (!this.#reached) {
      this.#reached = true;
      const { upstream, brokers, message } = result;
      const name = formatHostPort(upstream.host, upstream.port);
      this.#options.event('upstream-reached', { upstream: name, brokers: brokers.length, message });
    }
    this.#noteCluster(result);
    // All are told before a listener opens, so that a broker in another's place is seen in one step.
    for (const broker of result.brokers) this.routes.learn(broker);
    await this.routes.open(result.brokers);
    return result;
  }

  #noteCluster({ clusterId, brokers }: ProbeResult & { kind: 'kafka' }): void {
    const before = this.#clusterId;
    if (clusterId === null || clusterId === before) return;
    this.#clusterId = clusterId;
    if (before === null) return;
    this.routes.forgetOthers(brokers);
    const message = `The upstream is another cluster now (${clusterId}, before ${before}): the addresses of the old one are forgotten, ports and names stay.`;
    this.#options.event('cluster-changed', { clusterId, before, message });
  }

  #servers(): readonly HostPort[] {
    const servers = [...this.bootstrap];
    for (const { upstream } of this.routes.list()) {
      if (servers.length >= this.bootstrap.length + knownServersMax) break;
      if (upstream !== null && !servers.some((server) => isSameAddress(server, upstream))) servers.push(upstream);
    }
    return servers;
  }
}

/** True for an upstream that may be there later. */
function mayPass({ kind }: ProbeResult): boolean {
  return kind !== 'kafka' && events[kind] === undefined;
}
