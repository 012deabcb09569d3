import { describe, expect, it } from 'vitest';
import { metricFamilies } from '../../src/export/metric-families.ts';
import { metricSourceOf, pathFactsOf } from '../support/metric-source.ts';

/** CONTRACT, section Metrics. */
const promised: Readonly<Record<string, string>> = {
  kafka_scope_requests_total: 'counter api,version,broker',
  kafka_scope_request_latency_seconds: 'histogram api,broker',
  kafka_scope_wait_seconds: 'histogram api,broker',
  kafka_scope_throttle_seconds_total: 'counter api,client_id',
  kafka_scope_errors_total: 'counter api,error',
  kafka_scope_bytes_total: 'counter direction,broker',
  kafka_scope_in_flight: 'gauge broker',
  kafka_scope_connections: 'gauge broker,state',
  kafka_scope_proxy_added_seconds: 'histogram ',
  kafka_scope_undecoded_total: 'counter reason',
  kafka_scope_dropped_total: 'counter what',
  kafka_scope_group_rebalances_total: 'counter group',
  kafka_scope_deprecated_requests_total: 'counter api,version,client_id',
};

describe('metric families', () => {
  const families = metricFamilies(metricSourceOf());
  const points = (name: string) => families.find((family) => family.name === name)?.points;

  it('are those of the contract, names and labels', () => {
    const found = families.map(({ name, kind, labelNames }) => [name, `${kind} ${labelNames.join(',')}`]);
    expect(Object.fromEntries(found)).toEqual(promised);
    for (const family of families) {
      expect(family.points.length, family.name).toBeGreaterThan(0);
      for (const { labels } of family.points) expect(labels).toHaveLength(family.labelNames.length);
    }
  });

  it('count seconds, not micro- or milliseconds', () => {
    expect(points('kafka_scope_throttle_seconds_total')).toEqual([
      { labels: ['Produce', 'quote"back\\slash\\x0aline'], value: 0.3 },
    ]);
    expect(points('kafka_scope_wait_seconds')).toEqual([
      expect.objectContaining({ labels: ['Fetch', 'b1:9092'], sum: 0.499 }),
    ]);
  });

  it('name connections by broker once they have one', () => {
    expect(points('kafka_scope_connections')).toEqual([
      { labels: ['b1:9092', 'open'], value: 1 },
      { labels: ['', 'handshake'], value: 1 },
      { labels: ['', 'connecting'], value: 2 },
    ]);
    const draining = metricFamilies(metricSourceOf(pathFactsOf({ draining: true, connections: {} })));
    expect(draining.find(({ name }) => name === 'kafka_scope_connections')?.points).toEqual([
      { labels: ['b1:9092', 'draining'], value: 1 },
    ]);
  });

  it('say what was lost, zero where nothing was', () => {
    expect(points('kafka_scope_dropped_total')).toEqual([
      { labels: ['history'], value: 7 },
      { labels: ['lines'], value: 0 },
      { labels: ['labels'], value: 0 },
      { labels: ['inspection'], value: 0 },
    ]);
  });

  it('say nothing of a data path where there is none', () => {
    const capture = metricFamilies(metricSourceOf(null));
    expect(capture.find(({ name }) => name === 'kafka_scope_proxy_added_seconds')?.points).toEqual([]);
  });
});
