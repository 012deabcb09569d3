import type { ClientTlsOptions } from './client-tls.ts';
import type { HostPort } from './host-port.ts';
import { ProxyError } from './proxy-error.ts';
import type { UpstreamSasl } from './sasl/credentials.ts';
import type { TimeoutOptions } from './timeouts.ts';
import type { UpstreamTls } from './upstream-race.ts';

/** What a proxy is started with. */
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

/** Throws a `ProxyError` for options that no proxy can work with, whatever its network is like. */
export function refuseUnusable({ upstreams, advertisePattern = null, clientTls }: ProxyOptions): void {
  if (upstreams.length === 0) {
    throw new ProxyError('invalid-option', 'No upstream is named; write --upstream HOST:PORT.');
  }
  if (advertisePattern !== null && clientTls === null) {
    throw new ProxyError('invalid-option', '--advertise-pattern needs TLS for clients: add --tls-auto or --tls-cert.');
  }
}
