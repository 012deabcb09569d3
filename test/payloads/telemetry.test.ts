import { describe, expect, it } from 'vitest';
import { telemetryBytesMax } from '../../src/payloads/telemetry.ts';
import { compress } from '../../src/records/codecs/codec.ts';
import { allSpans } from '../records/span-checks.ts';
import { expectRobust, hexBytes, javaPayloads, place, treeOf, wordsOf } from './payload-checks.ts';

function at(compressionType: number) {
  return place('PushTelemetryRequest', 'metrics', { compressionType });
}

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

describe('telemetryMetrics', () => {
  it('reads what the Java client pushes, plain and under every codec', () => {
    const samples = javaPayloads('MetricsData');
    expect(samples.map((sample) => sample.version)).toEqual([0, 1, 2, 3, 4]);
    for (const { version, bytes } of samples) {
      const tree = treeOf(bytes, at(version));
      expect(tree.note).not.toContain('not readable');
      if (version > 0) expect(tree.note).toContain(`${codecs[version]}, `);
      expect(tree.views).toHaveLength(version === 0 ? 0 : 1);
      const spans = allSpans(tree.spans);
      const names = spans.filter((span) => span.type === 'Metric').map((span) => span.note);
      expect(names).toEqual([
        'org.apache.kafka.producer.connection.count',
        'org.apache.kafka.producer.request.latency.avg',
        'org.apache.kafka.producer.record.send.total',
        'h',
      ]);
      const of = (name: string) => spans.filter((span) => span.name === name).map((span) => span.value);
      expect(of('asInt')).toEqual([4n]);
      expect(of('asDouble')).toEqual([2.5, 12]);
      expect(of('stringValue')).toEqual(expect.arrayContaining(['eu-1a', 'p-1', '1']));
      expect(spans.find((span) => span.name === 'timeUnixNano')?.note).toBe('2023-11-14T22:13:20.123Z');
      expect(of('bucketCounts')).toEqual(['1 2']);
      expect(of('explicitBounds')).toEqual(['0.5']);
      expect(spans.every((span) => span.view === (version === 0 ? undefined : 0))).toBe(true);
    }
  });

  it('does not expand a bomb, and says what else it cannot read', () => {
    const bomb = compress('gzip', new Uint8Array(telemetryBytesMax + 1), 2);
    expect(treeOf(bomb, at(1)).note).toContain('not readable');
    expect(treeOf(hexBytes('0a01'), at(7)).note).toContain('codec 7 is not defined');
    expect(treeOf(hexBytes('ffff'), at(4)).note).toContain('zstd: ');
    const cut = treeOf(hexBytes('0a 05 12'), at(0));
    expect(cut.note).toContain('not readable at byte');
    expect(wordsOf(treeOf(hexBytes('98 06 05'), at(0)))).toContain('field 99 5');
  });

  it('survives any bytes', () => {
    for (const { version, bytes } of javaPayloads('MetricsData')) expectRobust([bytes], at(version), 60);
  });
});
