/** One data point, its attributes as labels. */
export interface OtlpPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface OtlpMetric {
  readonly kind: 'sum' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly points: readonly OtlpPoint[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Checks a body against opentelemetry/proto/metrics/v1 in its JSON mapping: 64-bit numbers as strings, one kind a
 * metric, cumulative temporality, histogram counts that add up. Throws a sentence.
 */
export function checkOtlp(body: unknown): {
  readonly resource: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<string, OtlpMetric>;
} {
  const [resourceMetrics, ...moreResources] = list(object(body), 'resourceMetrics');
  if (resourceMetrics === undefined || moreResources.length > 0) throw new Error('not one resource');
  const [scopeMetrics, ...moreScopes] = list(resourceMetrics, 'scopeMetrics');
  if (scopeMetrics === undefined || moreScopes.length > 0) throw new Error('not one scope');
  if (object(scopeMetrics.scope).name !== 'kafka-scope') throw new Error('the scope has no name');
  const metrics = new Map<string, OtlpMetric>();
  for (const metric of list(scopeMetrics, 'metrics')) {
    const name = String(metric.name);
    if (metrics.has(name)) throw new Error(`${name} twice`);
    metrics.set(name, checkMetric(name, metric));
  }
  return { resource: attributesOf(object(resourceMetrics.resource)), metrics };
}

function checkMetric(name: string, metric: Json): OtlpMetric {
  const kinds = (['sum', 'gauge', 'histogram'] as const).filter((kind) => kind in metric);
  const [kind] = kinds;
  if (kind === undefined || kinds.length !== 1) throw new Error(`${name} has not one kind`);
  if (typeof metric.unit !== 'string' || typeof metric.description !== 'string') throw new Error(`${name} lacks words`);
  const data = object(metric[kind]);
  if (kind !== 'gauge' && data.aggregationTemporality !== 2) throw new Error(`${name} is not cumulative`);
  if (kind === 'sum' && data.isMonotonic !== true) throw new Error(`${name} is not monotonic`);
  const seen = new Set<string>();
  const points = list(data, 'dataPoints').map((point) => {
    const labels = attributesOf(point);
    const series = JSON.stringify(labels);
    if (seen.has(series)) throw new Error(`${name} ${series} twice`);
    seen.add(series);
    nanos(name, point.timeUnixNano);
    if (kind !== 'gauge') nanos(name, point.startTimeUnixNano);
    if (kind === 'histogram') checkHistogram(name, point);
    else if (typeof point.asDouble !== 'number' && !isInteger(point.asInt)) throw new Error(`${name} has no value`);
    return { ...point, labels };
  });
  if (points.length === 0) throw new Error(`${name} has no point`);
  return { kind, unit: metric.unit, points };
}

function checkHistogram(name: string, point: Json): void {
  const bounds = point.explicitBounds;
  const counts = point.bucketCounts;
  if (!Array.isArray(bounds) || !Array.isArray(counts) || counts.length !== bounds.length + 1)
    throw new Error(`${name}: one count more than bounds is wanted`);
  if (!bounds.every((bound, at) => typeof bound === 'number' && (at === 0 || bound > bounds[at - 1])))
    throw new Error(`${name}: bounds do not ascend`);
  if (!isInteger(point.count) || !counts.every(isInteger)) throw new Error(`${name}: counts are no uint64`);
  if (counts.reduce((sum, count) => sum + Number(count), 0) !== Number(point.count))
    throw new Error(`${name}: counts do not add up`);
  if (typeof point.sum !== 'number') throw new Error(`${name} has no sum`);
}

function nanos(name: string, value: unknown): void {
  if (typeof value !== 'string' || !/^\d{19}$/.test(value)) throw new Error(`${name}: ${value} are no nanoseconds`);
}

function isInteger(value: unknown): boolean {
  return typeof value === 'string' && /^\d+$/.test(value);
}

function attributesOf(holder: Json): Record<string, string> {
  return Object.fromEntries(
    list(holder, 'attributes').map((attribute) => [attribute.key, object(attribute.value).stringValue]),
  ) as Record<string, string>;
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new Error(`${value} is no object`);
  return value as Json;
}

function list(holder: Json, name: string): Json[] {
  const value = holder[name];
  if (!Array.isArray(value)) throw new Error(`${name} is no list`);
  return value.map(object);
}
