import type { TrafficEvent } from '../exchange/event.ts';
import type { SkippedRow } from '../metrics/skipped-traffic.ts';
import type { EngineInput } from '../wire/segment.ts';
import type { ClientEnds } from './client-ends.ts';

import type { GatheredOutput } from './gathered-output.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { HostPort } from './host-port.ts';
import type { PathLedger } from './path-ledger.ts';
import type { ReadBufferBudget } from './read-buffer.ts';
import type { Credentials } from './sasl/credentials.ts';
import type { UpstreamTls } from './upstream-race.ts';
import type { NodeDirectory } from './upstream-route.ts';

/** Who watches the traffic. Called after the bytes went on; a slow observer slows the proxy, so it must be quick. */
export interface ProxyObserver {
  /** Bytes of a segment are as the peer sent them, and valid during the call only. */
  receive(input: EngineInput): void;
  event(event: TrafficEvent): void;
  /** What was not looked at, by API and version; a few times a second while there is any. */
  skipped?(row: SkippedRow, atUs: number): void;
}

/** What all connections of a proxy share; `Connection` is what they are to each other. */
export interface ConnectionContext<Connection> {
  readonly observer: ProxyObserver;
  /** Where brokers are, and where clients reach them. */
  readonly directory: NodeDirectory;
  readonly budget: ReadBufferBudget;
  readonly held: HeldBytes;
  readonly ledger: PathLedger;
  readonly gathered: GatheredOutput;
  /** Whether each stream is digested for the audit. */
  readonly hashes: boolean;
  readonly advertiseHost: string | null;
  readonly connectTimeoutMs: number;
  readonly upstreamTls: UpstreamTls | null;
  /** How the proxy logs in to the brokers; null: it does not. */
  readonly upstreamCredentials: Credentials | null;
  /** What is sent to a broker ahead of everything; null for nothing. */
  readonly preface: (ends: ClientEnds) => Uint8Array | null;
  readonly keylog: (line: Uint8Array) => void;
  /** True when a client's first bytes are the proxy's own question: the upstream leads back here. */
  readonly loopsBack: (firstBytes: Uint8Array) => boolean;
  /** Why an address, of a target, must not be connected to; null when it may. */
  readonly refusal: (address: string, port: number, target: HostPort) => string | null;
  /** The connection is over; both sockets are closed. */
  readonly over: (connection: Connection) => void;
}
