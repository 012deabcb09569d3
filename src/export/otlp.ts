import type { MetricFamily } from './metric-families.ts';

/** Who sends, and when counting began. */
export interface OtlpContext {
  readonly version: string;
  readonly hostName: string;
  /** Epoch microseconds. */
  readonly startUs: number;
  readonly nowUs: number;
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE of opentelemetry/proto/metrics/v1. */
const cumulative = 2;

/** Points after which a piece is handed out, so that whoever renders can let others work in between. */
const pointsPerPiece = 64;

/**
 * Metrics as the body of an OTLP/HTTP JSON export (ExportMetricsServiceRequest), in pieces; together they are one
 * body. Names, labels and bounds are those of the Prometheus text; sums are cumulative since `startUs`.
 */
export function* otlpMetrics(
  families: readonly MetricFamily[],
  context: OtlpContext,
): Generator<string, void, undefined> {
  const resource = {
    attributes: attributes(
      ['service.name', 'service.version', 'host.name'],
      ['kafka-scope', context.version, context.hostName],
    ),
  };
  const scope = { name: 'kafka-scope', version: context.version };
  yield `{"resourceMetrics":[{"resource":${JSON.stringify(resource)},"scopeMetrics":[{"scope":${JSON.stringify(scope)},"metrics":[`;
  let isFirst = true;
  for (const family of families) {
    // A metric without a point says nothing, and some receivers refuse it.
    if (family.points.length === 0) continue;
    yield `${isFirst ? '' : ','}${headText(family)}`;
    isFirst = false;
    yield* points(family, context);
    yield tailText(family);
  }
  yield ']}]}]}';
}

function headText({ name, help, unit, kind }: MetricFamily): string {
  const head = JSON.stringify({ name, description: help, unit });
  return `${head.slice(0, -1)},"${kind === 'counter' ? 'sum' : kind}":{"dataPoints":[`;
}

function tailText({ kind }: MetricFamily): string {
  if (kind === 'gauge') return ']}}';
  return `],"aggregationTemporality":${cumulative}${kind === 'counter' ? ',"isMonotonic":true' : ''}}}`;
}

function* points(family: MetricFamily, context: OtlpContext): Generator<string, void, undefined> {
  const times = {
    // A gauge has no beginning.
    ...(family.kind === 'gauge' ? {} : { startTimeUnixNano: `${context.startUs}000` }),
    timeUnixNano: `${context.nowUs}000`,
  };
  let piece = '';
  for (const [at, point] of family.points.entries()) {
    const common = { attributes: attributes(family.labelNames, point.labels), ...times };
    const data =
      'counts' in point
        ? {
            ...common,
            count: String(point.counts.reduce((sum, count) => sum + count, 0)),
            sum: point.sum,
            bucketCounts: point.counts.map(String),
            explicitBounds: family.kind === 'histogram' ? family.bounds : [],
          }
        : { ...common, ...(family.unit === 's' ? { asDouble: point.value } : { asInt: String(point.value) }) };
    piece += `${at === 0 ? '' : ','}${JSON.stringify(data)}`;
    if ((at + 1) % pointsPerPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function attributes(names: readonly string[], values: readonly string[]) {
  return names.map((key, at) => ({ key, value: { stringValue: values[at] ?? '' } }));
}
