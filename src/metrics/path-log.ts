import type { TrafficEvent } from '../exchange/event.ts';
import type { ConnectionOpened } from '../wire/segment.ts';
import type { ListenerFigures } from './metrics-snapshot.ts';

/** Listeners remembered: the proxy opens no more of its own. */
const listenersMax = 1025;

/** Causes told apart in one tally; the rest is `other`. */
const causesMax = 64;

interface Listener {
  readonly nodeId: number | null;
  readonly controller: boolean;
  address: string | null;
  upstream: string;
  state: ListenerFigures['state'];
  failure: string | null;
  failures: number;
}

/**
 * What a proxy's events tell of its path: listeners and whether their brokers were reached, changes by kind, and
 * connections given up by cause. Reached or not is what the newest connection found, since nothing else asks.
 */
export class PathLog {
  readonly #listeners = new Map<string, Listener>();
  readonly #rewrites = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  #upstreamReached = false;
  #metricsUrl: string | null = null;

  /** True while the upstream answered last time it was asked. */
  get upstreamReached(): boolean {
    return this.#upstreamReached;
  }

  /** Where Prometheus scrapes; null: nowhere. */
  get metricsUrl(): string | null {
    return this.#metricsUrl;
  }

  /** Changes by kind. */
  rewrites(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rewrites);
  }

  /** Connections refused or given up, by cause. */
  refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  /** The listeners by node id, the bootstrap one first; `open` counts connections by node id. */
  listeners(open: ReadonlyMap<number | null, number>): ListenerFigures[] {
    return [...this.#listeners.values()]
      .map((listener) => ({ ...listener, connections: open.get(listener.nodeId) ?? 0 }))
      .sort((a, b) => (a.nodeId ?? -1) - (b.nodeId ?? -1) || Number(a.controller) - Number(b.controller));
  }

  /** A connection reached its broker. */
  opened({ nodeId }: ConnectionOpened): void {
    this.#upstreamReached = true;
    this.#reached(nodeId);
  }

  /** Takes an event of the proxy; others say nothing of the path. */
  apply(event: TrafficEvent): void {
    const { detail } = event;
    switch (event.event) {
      case 'listener-opened':
      case 'listener-repointed':
        this.#learn(event);
        return;
      case 'listener-failed':
        this.#failed(nodeIdOf(event), detail.upstream, detail.message);
        return;
      case 'connection-failed':
        add(this.#refused, String(detail.reason ?? 'connection-failed'));
        this.#connectionFailed(event);
        return;
      case 'upstream-reached':
        this.#upstreamReached = true;
        this.#reached(null);
        return;
      case 'upstream-unreachable':
        this.#upstreamReached = false;
        this.#failed(null, null, detail.message);
        return;
      case 'metrics-opened':
        this.#metricsUrl = typeof detail.url === 'string' ? detail.url : null;
        return;
      case 'connection-timeout':
        add(this.#refused, String(detail.cause));
        return;
      case 'connection-refused':
        add(this.#refused, 'max-connections', countOf(event));
        return;
      case 'accept-failed':
      case 'tls-failed':
      case 'rewrite-refused':
        add(this.#refused, event.event, countOf(event));
        return;
      case 'addresses-rewritten':
      case 'addresses-hidden':
      case 'versions-capped':
        add(this.#rewrites, event.event);
        return;
      default:
        return;
    }
  }

  #connectionFailed(event: TrafficEvent): void {
    const nodeId = nodeIdOf(event);
    // A port whose broker nobody has named yet leads nowhere: that says nothing of any upstream.
    if (event.detail.reason === 'broker-unknown') return;
    if (nodeId === null) this.#upstreamReached = false;
    this.#failed(nodeId, null, event.detail.message);
  }

  #learn(event: TrafficEvent): void {
    const { host, port, upstream, controller } = event.detail;
    const listener = this.#listener(nodeIdOf(event), controller === true);
    if (listener === null) return;
    listener.address = String(host).includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    // Another address is another broker to reach: what was known of the old one is void.
    if (listener.upstream !== String(upstream)) listener.state = 'unused';
    listener.upstream = String(upstream);
  }

  #reached(nodeId: number | null): void {
    const listener = this.#listeners.get(keyOf(nodeId, false));
    if (listener === undefined) return;
    listener.state = 'reached';
    listener.failure = null;
  }

  #failed(nodeId: number | null, upstream: unknown, message: unknown): void {
    const listener = this.#listener(nodeId, false);
    if (listener === null) return;
    if (typeof upstream === 'string') listener.upstream = upstream;
    listener.state = 'failed';
    listener.failure = typeof message === 'string' ? message : null;
    listener.failures += 1;
  }

  #listener(nodeId: number | null, controller: boolean): Listener | null {
    const key = keyOf(nodeId, controller);
    let listener = this.#listeners.get(key);
    if (listener === undefined) {
      if (this.#listeners.size >= listenersMax) return null;
      listener = { nodeId, controller, address: null, upstream: '?', state: 'unused', failure: null, failures: 0 };
      this.#listeners.set(key, listener);
    }
    return listener;
  }
}

function keyOf(nodeId: number | null, controller: boolean): string {
  return `${controller ? 'c' : 'b'}${nodeId}`;
}

function nodeIdOf({ detail }: TrafficEvent): number | null {
  return typeof detail.nodeId === 'number' ? detail.nodeId : null;
}

function countOf({ detail }: TrafficEvent): number {
  return typeof detail.count === 'number' ? detail.count : 1;
}

function add(tally: Map<string, number>, cause: string, count = 1): void {
  const known = tally.has(cause) || tally.size < causesMax ? cause : 'other';
  tally.set(known, (tally.get(known) ?? 0) + count);
}
