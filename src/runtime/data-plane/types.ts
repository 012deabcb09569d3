import type { BrokerAddress } from '../../addons/rewrite-addresses.ts';
import type { SavedHistogram } from '../../metrics/histogram.ts';
import type { PathFacts } from '../../metrics/path-facts.ts';
import type { SkippedRow } from '../../metrics/skipped-traffic.ts';
import type { BrokerBinding } from '../../proxy/broker-routes.ts';
import type { HostPort } from '../../proxy/host-port.ts';
import type { ProbeResult } from '../../proxy/probe.ts';
import type { ProxyErrorCode } from '../../proxy/proxy-error.ts';
import type { ProxyOptions } from '../../proxy/proxy-options.ts';

/** What a data-plane thread is started with; plain data and shared memory. */
export interface ThreadData {
  /** The whole proxy's; `listen` has the port that was chosen. */
  readonly options: ProxyOptions;
  /** Which of the threads it is, from 0. */
  readonly index: number;
  readonly ring: SharedArrayBuffer;
  readonly state: SharedArrayBuffer;
  readonly probeClientId: string;
  /** What the proxy knows already, where a thread takes the place of one that failed. */
  readonly bindings: readonly BrokerBinding[];
  /** Ports of brokers to listen on. */
  readonly ports: readonly number[];
  readonly ownAddresses: readonly HostPort[];
}

/** What went by unseen, as plain data. */
export type SavedSkippedRow = Omit<SkippedRow, 'latency'> & { readonly latency: SavedHistogram };

/** What the leader tells a thread. */
export type ThreadOrder =
  | { readonly kind: 'binding'; readonly binding: BrokerBinding }
  | { readonly kind: 'listen'; readonly id: number; readonly binding: BrokerBinding }
  | { readonly kind: 'unlisten'; readonly port: number }
  /** `open` is done (null), or this is what a refresh found. */
  | { readonly kind: 'answer'; readonly id: number; readonly result: ProbeResult | null }
  | { readonly kind: 'own-address'; readonly address: HostPort }
  | { readonly kind: 'drain' }
  | { readonly kind: 'close' };

/** What a thread tells the leader; what it observed of traffic goes through its ring. */
export type ThreadReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly code: ProxyErrorCode; readonly message: string }
  /** The reader slept and there is something to read. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'open'; readonly id: number; readonly brokers: readonly BrokerAddress[] }
  | { readonly kind: 'refresh'; readonly id: number }
  /** A response named this address, which is news. */
  | { readonly kind: 'learned'; readonly broker: BrokerAddress }
  | { readonly kind: 'listening'; readonly id: number; readonly error: ThreadError | null }
  | { readonly kind: 'skipped'; readonly row: SavedSkippedRow; readonly atUs: number }
  | { readonly kind: 'facts'; readonly facts: PathFacts }
  /** It serves nobody any more, and its ring holds the last of it. */
  | { readonly kind: 'over' };

export interface ThreadError {
  readonly code: ProxyErrorCode;
  readonly message: string;
}
