import { describe, expect, it } from 'vitest';
import { metricFamilies } from '../../src/export/metric-families.ts';
import { otlpMetrics } from '../../src/export/otlp.ts';
import { metricSourceOf } from '../support/metric-source.ts';
import { checkOtlp } from '../support/otlp-check.ts';

const context = { version: '1.2.3', hostName: 'node-1', startUs: 1_700_000_000_000_000, nowUs: 1_700_000_010_000_001 };

describe('the OTLP body', () => {
  const families = metricFamilies(metricSourceOf());
  const body: unknown = JSON.parse([...otlpMetrics(families, context)].join(''));

  it('has the structure of an ExportMetricsServiceRequest, with the same names and labels as Prometheus', () => {
    const { resource, metrics } = checkOtlp(body);
    expect(resource).toEqual({ 'service.name': 'kafka-scope', 'service.version': '1.2.3', 'host.name': 'node-1' });
    expect([...metrics.keys()]).toEqual(families.map(({ name }) => name));
    const latency = metrics.get('kafka_scope_request_latency_seconds');
    expect(latency).toMatchObject({ unit: 's', kind: 'histogram' });
    expect(latency?.points[0]).toMatchObject({
      labels: { api: 'Produce', broker: 'b1:9092' },
      startTimeUnixNano: '1700000000000000000',
      timeUnixNano: '1700000010000001000',
    });
    expect(metrics.get('kafka_scope_bytes_total')?.unit).toBe('By');
  });

  it('leaves out what has no point', () => {
    const capture = metricFamilies(metricSourceOf(null));
    const { metrics } = checkOtlp(JSON.parse([...otlpMetrics(capture, context)].join('')));
    expect(metrics.has('kafka_scope_proxy_added_seconds')).toBe(false);
    expect(checkOtlp(JSON.parse([...otlpMetrics([], context)].join(''))).metrics.size).toBe(0);
  });

  it('comes in pieces', () => {
    const points = Array.from({ length: 1_000 }, (_, at) => ({ labels: [`client-${at}`], value: at }));
    const family = { kind: 'counter', name: 'c_total', help: 'h', unit: '1', labelNames: ['id'], points } as const;
    const pieces = [...otlpMetrics([family], context)];
    expect(pieces.length).toBeGreaterThan(10);
    expect(checkOtlp(JSON.parse(pieces.join(''))).metrics.get('c_total')?.points).toHaveLength(1_000);
  });
});
