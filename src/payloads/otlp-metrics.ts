import type { ProtobufField, ProtobufMessage, ProtobufType } from './protobuf-spans.ts';

/**
 * The part of OpenTelemetry's `metrics.proto` that clients push (KIP-714): numbers and names of messages and fields,
 * OTLP 1.x. What is not listed is shown by its number.
 */
function message(
  name: string,
  fields: Readonly<Record<number, readonly [string, ProtobufType | (() => ProtobufMessage), ProtobufField['note']?]>>,
  summary?: string,
): ProtobufMessage {
  const byNumber = new Map<number, ProtobufField>();
  for (const [number, [fieldName, type, note]] of Object.entries(fields)) {
    const shape = typeof type === 'function' ? ({ type: 'message', message: type } as const) : ({ type } as const);
    byNumber.set(Number(number), { name: fieldName, ...shape, ...(note === undefined ? {} : { note }) });
  }
  return { name, fields: byNumber, ...(summary === undefined ? {} : { summary }) };
}

const nanosecondsPerMillisecond = 1_000_000n;

function nanosecondsNote(value: bigint): string | null {
  const milliseconds = value / nanosecondsPerMillisecond;
  return milliseconds > 253_402_300_799_999n ? null : new Date(Number(milliseconds)).toISOString();
}

function temporalityNote(value: bigint): string | null {
  return ['unspecified', 'delta', 'cumulative'][Number(value)] ?? null;
}

const anyValue: ProtobufMessage = message('AnyValue', {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => arrayValue],
  6: ['kvlistValue', () => keyValueList],
  7: ['bytesValue', 'bytes'],
});
const arrayValue: ProtobufMessage = message('ArrayValue', { 1: ['values', () => anyValue] });
const keyValue: ProtobufMessage = message('KeyValue', { 1: ['key', 'string'], 2: ['value', () => anyValue] }, 'key');
const keyValueList: ProtobufMessage = message('KeyValueList', { 1: ['values', () => keyValue] });

const resource = message('Resource', { 1: ['attributes', () => keyValue] });
const scope = message(
  'InstrumentationScope',
  { 1: ['name', 'string'], 2: ['version', 'string'], 3: ['attributes', () => keyValue] },
  'name',
);

const numberDataPoint = message('NumberDataPoint', {
  2: ['startTimeUnixNano', 'fixed64', nanosecondsNote],
  3: ['timeUnixNano', 'fixed64', nanosecondsNote],
  4: ['asDouble', 'double'],
  6: ['asInt', 'sfixed64'],
  7: ['attributes', () => keyValue],
  8: ['flags', 'uint32'],
});
const histogramDataPoint = message('HistogramDataPoint', {
  2: ['startTimeUnixNano', 'fixed64', nanosecondsNote],
  3: ['timeUnixNano', 'fixed64', nanosecondsNote],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'packed-fixed64'],
  7: ['explicitBounds', 'packed-double'],
  9: ['attributes', () => keyValue],
  10: ['flags', 'uint32'],
  11: ['min', 'double'],
  12: ['max', 'double'],
});

const gauge = message('Gauge', { 1: ['dataPoints', () => numberDataPoint] });
const sum = message('Sum', {
  1: ['dataPoints', () => numberDataPoint],
  2: ['aggregationTemporality', 'uint32', temporalityNote],
  3: ['isMonotonic', 'bool'],
});
const histogram = message('Histogram', {
  1: ['dataPoints', () => histogramDataPoint],
  2: ['aggregationTemporality', 'uint32', temporalityNote],
});
const metric = message(
  'Metric',
  {
    1: ['name', 'string'],
    2: ['description', 'string'],
    3: ['unit', 'string'],
    5: ['gauge', () => gauge],
    7: ['sum', () => sum],
    9: ['histogram', () => histogram],
    10: ['exponentialHistogram', 'bytes'],
    11: ['summary', 'bytes'],
  },
  'name',
);
const scopeMetrics = message('ScopeMetrics', {
  1: ['scope', () => scope],
  2: ['metrics', () => metric],
  3: ['schemaUrl', 'string'],
});
const resourceMetrics = message('ResourceMetrics', {
  1: ['resource', () => resource],
  2: ['scopeMetrics', () => scopeMetrics],
  3: ['schemaUrl', 'string'],
});

/** What a telemetry push holds. */
export const metricsData: ProtobufMessage = message('MetricsData', { 1: ['resourceMetrics', () => resourceMetrics] });
