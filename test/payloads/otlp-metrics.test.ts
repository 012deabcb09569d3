import { describe, expect, it } from 'vitest';
import { metricsData } from '../../src/payloads/otlp-metrics.ts';
import type { ProtobufMessage } from '../../src/payloads/protobuf-spans.ts';

function collect(message: ProtobufMessage, into: Map<string, ProtobufMessage>): void {
  if (into.has(message.name)) return;
  into.set(message.name, message);
  for (const field of message.fields.values()) if (field.message !== undefined) collect(field.message(), into);
}

describe('metricsData', () => {
  const messages = new Map<string, ProtobufMessage>();
  collect(metricsData, messages);

  it('reaches every message of the part that clients push', () => {
    expect([...messages.keys()].sort()).toEqual([
      'AnyValue',
      'ArrayValue',
      'Gauge',
      'Histogram',
      'HistogramDataPoint',
      'InstrumentationScope',
      'KeyValue',
      'KeyValueList',
      'Metric',
      'MetricsData',
      'NumberDataPoint',
      'Resource',
      'ResourceMetrics',
      'ScopeMetrics',
      'Sum',
    ]);
  });

  it('names a summary only where there is such a field', () => {
    for (const { name, summary, fields } of messages.values()) {
      if (summary !== undefined)
        expect(
          [...fields.values()].map((field) => field.name),
          name,
        ).toContain(summary);
    }
  });

  it('says times and temporality in words', () => {
    const point = [...(messages.get('NumberDataPoint')?.fields.values() ?? [])].find(
      (one) => one.name === 'timeUnixNano',
    );
    expect(point?.note?.(1_700_000_000_000_000_000n)).toBe('2023-11-14T22:13:20.000Z');
    expect(point?.note?.((1n << 64n) - 1n)).toBe('2554-07-21T23:34:33.709Z');
    expect(messages.get('Sum')?.fields.get(2)?.note?.(1n)).toBe('delta');
    expect(messages.get('Sum')?.fields.get(2)?.note?.(9n)).toBeNull();
  });
});
