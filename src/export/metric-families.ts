import { addedBoundsUs, bucketsOf } from '../metrics/latency-buckets.ts';
import type { BucketFigures, ExportFigures, LabelledBuckets, LabelledCount } from '../metrics/metrics-snapshot.ts';
import type { PathFacts } from '../metrics/path-facts.ts';

/** What the metrics are made of at one moment. */
export interface MetricSource {
  readonly figures: ExportFigures;
  /** null where there is no data path, such as a capture. */
  readonly path: PathFacts | null;
  /** What was lost or left out, by what: `lines`, `history` … */
  readonly losses: Readonly<Record<string, number>>;
}

/** One value of a counter or gauge. */
export interface MetricPoint {
  readonly labels: readonly string[];
  readonly value: number;
}

/** One histogram: counts one a bound, then what lies beyond the last (not cumulative), and the sum in seconds. */
export interface HistogramPoint {
  readonly labels: readonly string[];
  readonly counts: readonly number[];
  readonly sum: number;
}

interface FamilyHead {
  readonly name: string;
  readonly help: string;
  /** UCUM, as OpenTelemetry wants it: `s`, `By`, `{request}`. */
  readonly unit: string;
  readonly labelNames: readonly string[];
}

/** One metric with all its series, as every exporter renders it. */
export type MetricFamily =
  | (FamilyHead & { readonly kind: 'counter' | 'gauge'; readonly points: readonly MetricPoint[] })
  | (FamilyHead & {
      readonly kind: 'histogram';
      /** Upper bounds in seconds, inclusive, ascending. */
      readonly bounds: readonly number[];
      readonly points: readonly HistogramPoint[];
    });

const usPerSecond = 1_000_000;

/** CONTRACT's metrics, names and labels to the letter. */
export function metricFamilies(source: MetricSource): readonly MetricFamily[] {
  return [...trafficFamilies(source.figures), ...troubleFamilies(source), ...pathFamilies(source)];
}

function trafficFamilies(figures: ExportFigures): MetricFamily[] {
  const bounds = figures.boundsUs.map((us) => us / usPerSecond);
  return [
    {
      kind: 'counter',
      name: 'kafka_scope_requests_total',
      help: 'Requests seen, by API, version and broker.',
      unit: '{request}',
      labelNames: ['api', 'version', 'broker'],
      points: figures.requests,
    },
    {
      kind: 'histogram',
      name: 'kafka_scope_request_latency_seconds',
      help: 'Last byte of a request to first byte of its response, deliberate waits (Fetch, JoinGroup, SyncGroup) left out.',
      unit: 's',
      labelNames: ['api', 'broker'],
      bounds,
      points: figures.latency.map(inSeconds),
    },
    {
      kind: 'histogram',
      name: 'kafka_scope_wait_seconds',
      help: 'Deliberate waits of brokers: for data to fetch, for a group to gather.',
      unit: 's',
      labelNames: ['api', 'broker'],
      bounds,
      points: figures.wait.map(inSeconds),
    },
    {
      kind: 'counter',
      name: 'kafka_scope_bytes_total',
      help: 'Bytes of whole messages with their size prefixes; request: from clients, response: from brokers.',
      unit: 'By',
      labelNames: ['direction', 'broker'],
      points: figures.bytes,
    },
    {
      kind: 'gauge',
      name: 'kafka_scope_in_flight',
      help: 'Requests that wait for their response.',
      unit: '{request}',
      labelNames: ['broker'],
      points: figures.inFlight,
    },
  ];
}

function troubleFamilies({ figures }: MetricSource): MetricFamily[] {
  return [
    {
      kind: 'counter',
      name: 'kafka_scope_throttle_seconds_total',
      help: 'Throttle time that brokers imposed, by API and client id.',
      unit: 's',
      labelNames: ['api', 'client_id'],
      points: figures.throttleMs.map(({ labels, value }) => ({ labels, value: value / 1000 })),
    },
    {
      kind: 'counter',
      name: 'kafka_scope_errors_total',
      help: 'Responses that carry this error; each response counts once an error.',
      unit: '{response}',
      labelNames: ['api', 'error'],
      points: figures.errors,
    },
    {
      kind: 'counter',
      name: 'kafka_scope_undecoded_total',
      help: 'Messages that were forwarded and could not be decoded, by reason.',
      unit: '{message}',
      labelNames: ['reason'],
      points: figures.undecoded,
    },
    {
      kind: 'counter',
      name: 'kafka_scope_group_rebalances_total',
      help: 'Rebalances seen: a higher generation in a JoinGroup response, or member epoch in a group heartbeat response.',
      unit: '{rebalance}',
      labelNames: ['group'],
      points: figures.rebalances,
    },
    {
      kind: 'counter',
      name: 'kafka_scope_deprecated_requests_total',
      help: 'Requests in versions that Kafka 4.0 removed (KIP-896).',
      unit: '{request}',
      labelNames: ['api', 'version', 'client_id'],
      points: figures.deprecated,
    },
  ];
}

function pathFamilies({ figures, path, losses }: MetricSource): MetricFamily[] {
  const added: HistogramPoint[] =
    path === null ? [] : [{ labels: [], ...sumInSeconds(bucketsOf(path.addedUs, addedBoundsUs)) }];
  const dropped: Record<string, number> = { ...losses, labels: figures.foldedLabels };
  if (path !== null) dropped.inspection = path.skippedFrames;
  return [
    {
      kind: 'gauge',
      name: 'kafka_scope_connections',
      help: 'Connections by broker and state; without broker while none is connected to yet.',
      unit: '{connection}',
      labelNames: ['broker', 'state'],
      points: connectionPoints(figures.connections, path),
    },
    {
      kind: 'histogram',
      name: 'kafka_scope_proxy_added_seconds',
      help: 'Time the proxy itself adds: from reading a whole message to handing it to the kernel.',
      unit: 's',
      labelNames: [],
      bounds: addedBoundsUs.map((us) => us / usPerSecond),
      points: added,
    },
    {
      kind: 'counter',
      name: 'kafka_scope_dropped_total',
      help: 'What was not looked at (inspection: frames), not kept (history), not printed (lines) or not told apart (labels). Traffic itself is never dropped.',
      unit: '1',
      labelNames: ['what'],
      points: Object.entries(dropped).map(([what, value]) => ({ labels: [what], value })),
    },
  ];
}

/** The path knows states, the traffic knows brokers: what is connected has a broker, what is on its way has none. */
function connectionPoints(byBroker: readonly LabelledCount[], path: PathFacts | null): MetricPoint[] {
  const state = path?.draining === true ? 'draining' : 'open';
  const points = byBroker.map(({ labels, value }) => ({ labels: [labels[0] ?? '', state], value }));
  for (const early of ['handshake', 'connecting']) {
    const count = path?.connections[early];
    if (count !== undefined) points.push({ labels: ['', early], value: count });
  }
  return points;
}

function inSeconds({ labels, ...figures }: LabelledBuckets): HistogramPoint {
  return { labels, ...sumInSeconds(figures) };
}

function sumInSeconds({ counts, sumUs }: BucketFigures): { readonly counts: readonly number[]; readonly sum: number } {
  return { counts, sum: sumUs / usPerSecond };
}
