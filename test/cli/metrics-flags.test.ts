import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addMetricsFlags, exportersOf, type MetricsFlags } from '../../src/cli/metrics-flags.ts';

function flags(...args: string[]): MetricsFlags {
  const command = addMetricsFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return command.parse(args, { from: 'user' }).opts<MetricsFlags>();
}

function exporters(args: string[], env: Record<string, string> = {}) {
  return exportersOf(flags(...args), env, '1.2.3');
}

describe('the flags of metrics', () => {
  it('open nothing unless asked', () => {
    expect(exporters([])).toBeNull();
  });

  it('bind loopback unless told otherwise', () => {
    expect(exporters(['--metrics', '9464'])).toEqual({
      listen: { host: '127.0.0.1', port: 9464 },
      otlp: null,
      labelLimit: 200,
      version: '1.2.3',
    });
    expect(exporters(['--metrics', '0.0.0.0:0', '--metrics-label-limit', '7'])).toMatchObject({
      listen: { host: '0.0.0.0', port: 0 },
      labelLimit: 7,
    });
    expect(() => exporters(['--metrics', 'x'])).toThrow(/^--metrics: "x" has no port/);
  });

  it('push to /v1/metrics below the URL', () => {
    const urlOf = (url: string) => exporters(['--otlp', url])?.otlp?.url;
    expect(urlOf('http://localhost:4318')).toBe('http://localhost:4318/v1/metrics');
    expect(urlOf('http://localhost:4318/')).toBe('http://localhost:4318/v1/metrics');
    expect(urlOf('https://otel/prefix/')).toBe('https://otel/prefix/v1/metrics');
    expect(urlOf('http://otel/v1/metrics')).toBe('http://otel/v1/metrics');
    expect(exporters(['--otlp', 'http://o', '--otlp-interval', '2s'])?.otlp?.intervalMs).toBe(2_000);
  });

  it('refuse what is no URL, and secrets in one', () => {
    expect(() => exporters(['--otlp', 'localhost:4318'])).toThrow('http://localhost:4318');
    expect(() => exporters(['--otlp', 'file:///etc/passwd'])).toThrow('give a URL');
    expect(() => exporters(['--otlp', 'http://user:hunter2@otel'])).toThrow(
      /^(?!.*hunter2).*OTEL_EXPORTER_OTLP_HEADERS/,
    );
    expect(() => flags('--otlp-interval', '10ms')).toThrow('1s or more');
  });

  it('read headers as OpenTelemetry writes them, and never show a value', () => {
    const headersOf = (text: string, more = '') =>
      exporters(['--otlp', 'http://o'], {
        OTEL_EXPORTER_OTLP_HEADERS: text,
        OTEL_EXPORTER_OTLP_METRICS_HEADERS: more,
      })?.otlp?.headers;
    expect(headersOf('Authorization=Basic%20YTpi, x-tenant = 7')).toEqual([
      ['authorization', 'Basic YTpi'],
      ['x-tenant', '7'],
    ]);
    expect(headersOf('a=1', 'A=2')).toEqual([['a', '2']]);
    expect(headersOf('')).toEqual([]);
    for (const text of ['hunter2', 'a=hunter2%0d%0ax: y', 'a=%zzhunter2', 'a b=hunter2']) {
      expect(() => headersOf(text)).toThrow(/^(?!.*hunter2)OTEL_EXPORTER_OTLP_HEADERS: entry 1/);
    }
  });
});
