import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/runtime/run-config.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { PathSnapshot } from '../../src/store/snapshot.ts';
import { checkOtlp } from '../support/otlp-check.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { type ParsedFamily, parsePrometheus } from '../support/prometheus-parser.ts';
import { runCli } from '../support/run-cli.ts';

const receiver = new OtlpReceiver();
let runtime: Runtime;
let url = '';

/** The run in its worker, as the screen has it: the server and the exporter live beside the data path. */
beforeAll(async () => {
  const otlp = { url: `${await receiver.open()}/v1/metrics`, intervalMs: 1_000, headers: [] };
  const config: RunConfig = {
    source: { kind: 'demo', seed: 1, durationMs: null, listen: { host: '127.0.0.1', port: 0 } },
    historyBytesMax: 10_000_000,
    unsafeShowSecrets: false,
    exporters: { listen: { host: '127.0.0.1', port: 0 }, otlp, labelLimit: 200, version: '1.2.3' },
  };
  const module = await import(new URL('../../dist/worker-runtime.js', import.meta.url).pathname);
  runtime = await module.startWorkerRuntime(config);
  const metricsUrl = (await path()).metricsUrl;
  if (metricsUrl === null) throw new Error('the run tells no address for its metrics');
  url = metricsUrl;
}, 60_000);

afterAll(async () => {
  await runtime.close();
  receiver.close();
});

async function path(): Promise<PathSnapshot> {
  const request = { list: null, detail: null, overview: false, path: { from: 0, count: 100, keep: null } };
  const snapshot = await runtime.snapshot(request);
  if (snapshot.path == null) throw new Error('the run has no path');
  return snapshot.path;
}

async function scrape(): Promise<Map<string, ParsedFamily>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return parsePrometheus(await response.text());
}

function sum(families: Map<string, ParsedFamily>, family: string, suffix = ''): number {
  const samples = families.get(family)?.samples.filter(({ name }) => name === `${family}${suffix}`) ?? [];
  return samples.reduce((total, { value }) => total + value, 0);
}

/** Scrapes until so many requests were counted. */
async function scrapeWith(requestsMin: number): Promise<Map<string, ParsedFamily>> {
  for (;;) {
    const families = await scrape();
    if (sum(families, 'kafka_scope_requests_total') >= requestsMin) return families;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('metrics of a run under load', () => {
  it('are strictly well formed, never fall, and agree with each other', { timeout: 60_000 }, async () => {
    const first = await scrapeWith(100);
    const second = await scrapeWith(sum(first, 'kafka_scope_requests_total') + 100);
    const later = new Map<string, number>();
    for (const { samples } of second.values()) {
      for (const { name, labels, value } of samples) later.set(name + JSON.stringify(labels), value);
    }
    for (const { kind, samples } of first.values()) {
      if (kind === 'gauge') continue;
      for (const { name, labels, value } of samples) {
        expect(later.get(name + JSON.stringify(labels)), name).toBeGreaterThanOrEqual(value);
      }
    }
    const requests = sum(second, 'kafka_scope_requests_total');
    const answered = sum(second, 'kafka_scope_request_latency_seconds', '_count');
    expect(answered).toBeLessThanOrEqual(requests);
    expect(answered).toBeGreaterThan(requests / 2);
    expect(sum(second, 'kafka_scope_group_rebalances_total')).toBeGreaterThan(0);
    expect(sum(second, 'kafka_scope_connections')).toBeGreaterThan(0);
    expect(sum(second, 'kafka_scope_deprecated_requests_total')).toBeGreaterThan(0);
  });

  it('are pushed with the same names', { timeout: 60_000 }, async () => {
    const families = await scrapeWith(1);
    if (receiver.received.length === 0) await receiver.next();
    const { metrics, resource } = checkOtlp(JSON.parse(receiver.received.at(-1)?.body ?? ''));
    expect(resource).toMatchObject({ 'service.name': 'kafka-scope', 'service.version': '1.2.3' });
    for (const name of metrics.keys()) expect(families.has(name), name).toBe(true);
    expect(metrics.has('kafka_scope_requests_total')).toBe(true);
  });

  it('come with health, readiness and the facts of the Proxy screen', { timeout: 60_000 }, async () => {
    await scrapeWith(100);
    for (const page of ['/healthz', '/readyz']) expect((await fetch(new URL(page, url))).status, page).toBe(200);
    const { facts, listeners, connections } = await path();
    expect(facts).toMatchObject({ unbalanced: 0, draining: false, upstreamReached: true });
    expect(facts?.rewrites['addresses-rewritten']).toBeGreaterThan(0);
    expect(listeners.map(({ nodeId }) => nodeId)).toEqual([null, 1, 2, 3]);
    expect(connections.rows.length).toBeGreaterThan(0);
  });

  it('end with the run, and a taken port ends it before it begins', { timeout: 60_000 }, async () => {
    const port = new URL(url).port;
    const taken = await runCli(['demo', '--no-ui', '--duration', '1s', '--metrics', port]);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toBe(
      `kafka-scope: Cannot listen on 127.0.0.1:${port}: the port is in use by another program; stop that one or choose another port with --metrics.\n`,
    );
    await runtime.close();
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('a run without a screen', () => {
  it('ends with what the proxy did: JSON in the summary, or a sentence', { timeout: 60_000 }, async () => {
    const [json, quiet] = [
      await runCli(['demo', '--json', '--duration', '2s']),
      await runCli(['demo', '--no-ui', '--duration', '2s']),
    ];
    const summary = JSON.parse(json.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(summary.path).toMatchObject({ unbalanced: 0, skippedFrames: 0 });
    expect(summary.path.verdict).not.toBe('guilty');
    expect(summary.path.bytes.fromClient).toBeGreaterThan(0);
    expect(quiet.stderr.trimEnd().split('\n').at(-1)).toMatch(/^The proxy: nothing was changed but: /);
  });
});
