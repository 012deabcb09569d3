import type { ClientTlsOptions } from '../proxy/client-tls.ts';
import type { HostPort } from '../proxy/host-port.ts';
import type { ProxyProtocolOptions } from '../proxy/proxy-options.ts';
import type { UpstreamSasl } from '../proxy/sasl/credentials.ts';
import type { UpstreamTls } from '../proxy/upstream-race.ts';
import type { RecordingConfig } from './recording/types.ts';

/** What `proxy` was told, as plain data that can cross to a worker. */
export interface ProxyRunConfig {
  readonly kind: 'proxy';
  readonly listen: HostPort;
  readonly upstreams: readonly HostPort[];
  readonly advertiseHost: string | null;
  /** Names for the brokers on one TLS port; null or absent: a port for each. */
  readonly advertisePattern?: string | null;
  readonly proxyProtocol?: ProxyProtocolOptions;
  readonly brokerPortsFirst: number | null;
  readonly brokerPorts: readonly (readonly [number, number])[];
  readonly connectTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** 0 stands for no limit, here and in the next two. */
  readonly handshakeTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
  readonly clientTls: ClientTlsOptions | null;
  readonly upstreamTls: UpstreamTls | null;
  readonly upstreamSasl: UpstreamSasl | null;
  readonly keylogPath: string | null;
  /** `all`: every exchange is looked at, whatever it costs the traffic. */
  readonly inspect: 'auto' | 'all';
  /** SHA-256 of the four streams of each connection in its audit. */
  readonly hashes: boolean;
  /** Threads that serve clients; absent or 0: the run's own thread does. */
  readonly workers?: number;
}

export interface CaptureRunConfig {
  readonly kind: 'capture';
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** More captures of the same traffic, merged by time. */
  readonly more?: readonly string[];
  /** A key log to decrypt TLS with; null when none was given. */
  readonly keylog?: string | null;
  /** The capture's own clock runs at so many times its speed (`Infinity`: it is read at once); absent: no clock. */
  readonly speed?: number;
}

export interface DemoRunConfig {
  readonly kind: 'demo';
  readonly seed: number;
  readonly durationMs: number | null;
  readonly listen: HostPort;
}

export type SourceConfig = ProxyRunConfig | CaptureRunConfig | DemoRunConfig;

/** Where metrics are pushed to. */
export interface OtlpConfig {
  /** The whole address, `…/v1/metrics`. */
  readonly url: string;
  readonly intervalMs: number;
  /** May hold secrets: never shown. */
  readonly headers: readonly (readonly [string, string])[];
}

/** How metrics leave the run. */
export interface ExportersConfig {
  /** Where Prometheus scrapes; null: nowhere. */
  readonly listen: HostPort | null;
  readonly otlp: OtlpConfig | null;
  /** Distinct values of each label. */
  readonly labelLimit: number;
  /** Version of kafka-scope, for the receiver. */
  readonly version: string;
}

/** A run: its source and what is kept of it. */
export interface RunConfig {
  readonly source: SourceConfig;
  readonly exporters?: ExportersConfig | null;
  readonly historyBytesMax: number | null;
  readonly unsafeShowSecrets: boolean;
  /** Absent or null where nothing is recorded. */
  readonly recording?: RecordingConfig | null;
}

/** How a source ended. */
export interface SourceEnd {
  /** Packets of a capture; null where there are none. */
  readonly packets: number | null;
  /** Bytes of a capture's packets, or stream bytes live. */
  readonly bytes: number;
}
