import { describe, expect, it } from 'vitest';
import { metricFamilies } from '../../src/export/metric-families.ts';
import { prometheusText } from '../../src/export/prometheus.ts';
import { metricSourceOf } from '../support/metric-source.ts';
import { parsePrometheus, sampleOf } from '../support/prometheus-parser.ts';

function scrape(): string {
  return [...prometheusText(metricFamilies(metricSourceOf()))].join('');
}

describe('the Prometheus text', () => {
  it('is read by a strict parser', () => {
    const families = parsePrometheus(scrape());
    expect(families.size).toBe(13);
    expect(sampleOf(families, 'kafka_scope_requests_total', { api: 'Produce', version: '11', broker: 'b1:9092' })).toBe(
      2,
    );
    expect(sampleOf(families, 'kafka_scope_proxy_added_seconds_count')).toBe(10);
    expect(
      sampleOf(families, 'kafka_scope_request_latency_seconds_bucket', {
        api: 'Fetch',
        broker: 'b1:9092',
        le: '0.001',
      }),
    ).toBe(1);
    expect(sampleOf(families, 'kafka_scope_group_rebalances_total', { group: 'billing' })).toBe(1);
  });

  it('escapes label values and help, and reads back as it was', () => {
    const value = 'a"b\\c\nd';
    const text = [
      ...prometheusText([
        {
          kind: 'gauge',
          name: 'g',
          help: 'one\\two\nthree',
          unit: '1',
          labelNames: ['l'],
          points: [{ labels: [value], value: 0.5 }],
        },
      ]),
    ].join('');
    expect(text).toBe('# HELP g one\\\\two\\nthree\n# TYPE g gauge\ng{l="a\\"b\\\\c\\nd"} 0.5\n');
    expect(parsePrometheus(text).get('g')?.samples[0]?.labels).toEqual({ l: value });
  });

  it('writes numbers as Go reads them', () => {
    const points = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-7, 2 ** 60].map((value, at) => ({
      labels: [String(at)],
      value,
    }));
    const text = [...prometheusText([{ kind: 'gauge', name: 'g', help: '', unit: '1', labelNames: ['n'], points }])];
    expect(
      text
        .join('')
        .split('\n')
        .slice(2, -1)
        .map((line) => line.split(' ')[1]),
    ).toEqual(['NaN', '+Inf', '-Inf', '5e-7', '1152921504606847000']);
  });

  it('comes in pieces', () => {
    const points = Array.from({ length: 5_000 }, (_, at) => ({ labels: [`client-${at}`], value: at }));
    const family = { kind: 'counter', name: 'c_total', help: 'h', unit: '1', labelNames: ['id'], points } as const;
    const pieces = [...prometheusText([family])];
    expect(pieces.length).toBeGreaterThan(5);
    expect(parsePrometheus(pieces.join('')).get('c_total')?.samples).toHaveLength(5_000);
  });
});

describe('the strict parser itself', () => {
  const head = '# HELP h x\n# TYPE h histogram\n';
  it.each([
    ['a series twice', '# HELP g x\n# TYPE g gauge\ng 1\ng 2\n'],
    ['HELP twice', '# HELP g x\n# TYPE g gauge\ng 1\n# HELP g x\n# TYPE g gauge\n'],
    ['a sample without its metric', 'g 1\n'],
    ['a counter without _total', '# HELP g x\n# TYPE g counter\ng 1\n'],
    ['buckets that fall', `${head}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
    ['+Inf that is not the count', `${head}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`],
    ['a histogram without its sum', `${head}h_bucket{le="+Inf"} 1\nh_count 1\n`],
    ['an unescaped quote', '# HELP g x\n# TYPE g gauge\ng{a="b"c"} 1\n'],
    ['no end of line', '# HELP g x\n# TYPE g gauge\ng 1'],
  ])('refuses %s', (_, text) => {
    expect(() => parsePrometheus(text)).toThrow();
  });
});
