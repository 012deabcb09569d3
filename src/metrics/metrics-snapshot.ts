/** Percentiles of a histogram, microseconds; all null while nothing was recorded. */
export interface Percentiles {
  readonly count: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
}

/** Figures of one group of exchanges (an API and version, a client, a broker). */
export interface TrafficFigures {
  readonly requests: number;
  readonly responses: number;
  readonly errors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly inFlight: number;
  /** Requests per second over the last 10 s and 60 s. */
  readonly rate10s: number;
  readonly rate60s: number;
  /** Latency with deliberate waits excluded (queued + broker). */
  readonly latency: Percentiles;
  /** Deliberate waits (Fetch max wait, rebalance holds), apart. */
  readonly wait: Percentiles;
  readonly throttledResponses: number;
  readonly throttleMs: number;
}

export interface ApiFigures extends TrafficFigures {
  readonly apiKey: number;
  readonly apiName: string | null;
  /** One row a version, plus the row `null` that sums all versions of the API. */
  readonly apiVersion: number | null;
}

export interface ClientFigures extends TrafficFigures {
  readonly clientId: string | null;
  readonly software: string | null;
  readonly softwareVersion: string | null;
}

export interface BrokerFigures extends TrafficFigures {
  readonly broker: string;
  readonly nodeId: number | null;
}

export interface ErrorFigures {
  readonly code: number;
  readonly name: string;
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly apiName: string | null;
  readonly clientId: string | null;
}

/** One second of history; index 0 of a series is the oldest. */
export interface SecondFigures {
  readonly second: number;
  readonly requests: number;
  readonly errors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Requests of the busiest APIs in this second by API key. */
  readonly byApi: Readonly<Record<number, number>>;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
}

export interface MetricsSnapshot {
  readonly nowUs: number;
  readonly sinceUs: number | null;
  readonly total: TrafficFigures;
  readonly connections: number;
  readonly connectionsTotal: number;
  /** Sum rows first (apiVersion null), then versions; sorted by requests, descending. */
  readonly byApi: readonly ApiFigures[];
  readonly byClient: readonly ClientFigures[];
  readonly byBroker: readonly BrokerFigures[];
  readonly errors: readonly ErrorFigures[];
  readonly opaque: Readonly<Record<string, number>>;
  /** The last `historySecondsMax` (300) seconds, oldest first, without holes. */
  readonly seconds: readonly SecondFigures[];
}

/** An open connection as a row of a list. */
export interface ConnectionFigures {
  readonly id: number;
  readonly client: string;
  readonly broker: string;
  readonly nodeId: number | null;
  readonly openedAtUs: number;
  /** Version and cipher; null: plaintext. */
  readonly tls: string | null;
  readonly saslMechanism: string | null;
  readonly principal: string | null;
  readonly software: string | null;
  readonly clientId: string | null;
  readonly requests: number;
  readonly inFlight: number;
  /** Bytes of whole messages with their size prefixes. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Durations between bounds: counts one a bound, then what lies beyond the last; not cumulative. */
export interface BucketFigures {
  readonly counts: readonly number[];
  readonly sumUs: number;
}

export interface LabelledCount {
  readonly labels: readonly string[];
  readonly value: number;
}

export interface LabelledBuckets extends BucketFigures {
  readonly labels: readonly string[];
}

/** What exporters publish: CONTRACT's metrics, labels in CONTRACT's order. */
export interface ExportFigures {
  readonly boundsUs: readonly number[];
  /** api, version, broker */
  readonly requests: readonly LabelledCount[];
  /** api, broker; deliberate waits excluded */
  readonly latency: readonly LabelledBuckets[];
  /** api, broker; the deliberate waits */
  readonly wait: readonly LabelledBuckets[];
  /** api, client_id; milliseconds */
  readonly throttleMs: readonly LabelledCount[];
  /** api, error */
  readonly errors: readonly LabelledCount[];
  /** direction (`request`, `response`), broker; with size prefixes */
  readonly bytes: readonly LabelledCount[];
  /** broker */
  readonly inFlight: readonly LabelledCount[];
  /** broker; open ones */
  readonly connections: readonly LabelledCount[];
  /** reason */
  readonly undecoded: readonly LabelledCount[];
  /** group */
  readonly rebalances: readonly LabelledCount[];
  /** api, version, client_id */
  readonly deprecated: readonly LabelledCount[];
  /** How often a label or a series had to be called `other`. */
  readonly foldedLabels: number;
}

/** A listener of the proxy and the broker behind it. */
export interface ListenerFigures {
  /** null: the bootstrap listener. */
  readonly nodeId: number | null;
  readonly controller: boolean;
  /** Where clients connect; null: it could not be opened. */
  readonly address: string | null;
  /** The broker's own address, or the bootstrap servers. */
  readonly upstream: string;
  /** What the newest connection found; `unused`: there was none. */
  readonly state: 'unused' | 'reached' | 'failed';
  readonly failure: string | null;
  readonly failures: number;
  readonly connections: number;
}
