import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import type { PathFacts } from '../../src/metrics/path-facts.ts';
import { withExporters } from '../../src/runtime/exporters.ts';
import type { ExportersConfig } from '../../src/runtime/run-config.ts';
import type { RunningSource } from '../../src/runtime/source.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { pathFactsOf } from '../support/metric-source.ts';
import { parsePrometheus, sampleOf } from '../support/prometheus-parser.ts';

const config: ExportersConfig = { listen: { host: '127.0.0.1', port: 0 }, otlp: null, labelLimit: 200, version: '1' };

/** A source that does nothing but say what the test wants. */
class QuietSource implements RunningSource {
  readonly events: TrafficEvent[] = [];
  readonly session = new TrafficSession({
    historyBytesMax: null,
    unsafeShowSecrets: false,
    sinks: [(event) => event.kind === 'event' && this.events.push(event)],
    losses: () => ({ lines: 4 }),
  });
  readonly #over = Promise.withResolvers<{ packets: null; bytes: number }>();
  readonly drained = Promise.withResolvers<void>();
  readonly ended = this.#over.promise;
  path: PathFacts | null = pathFactsOf();

  readonly face = () => ({
    mode: 'proxy' as const,
    source: 'test',
    notice: 'nobody there',
    reading: null,
    finished: false,
    nowUs: 1,
    path: this.path,
  });
  readonly own: { host: string; port: number }[] = [];
  readonly registerOwnAddress = (address: { host: string; port: number }) => void this.own.push(address);
  readonly drain = () => this.drained.promise;
  readonly close = async () => this.#over.resolve({ packets: null, bytes: 0 });
}

async function get(source: QuietSource, path: string): Promise<{ status: number; text: string }> {
  const opened = source.events.find(({ event }) => event === 'metrics-opened');
  const url = /http:\S+(?=\/metrics)/.exec(String(opened?.detail.message))?.[0] ?? '';
  const response = await fetch(`${url}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('exporters around a run', () => {
  it('publish its metrics, say where, and end with it', async () => {
    const source = new QuietSource();
    const run = await withExporters(config, async () => source);
    const opened = source.events.find(({ event }) => event === 'metrics-opened');
    expect(opened?.detail.url).toContain(`:${source.own[0]?.port}`);
    const { status, text } = await get(source, '/metrics');
    expect(status).toBe(200);
    const families = parsePrometheus(text);
    expect(sampleOf(families, 'kafka_scope_dropped_total', { what: 'lines' })).toBe(4);
    expect(sampleOf(families, 'kafka_scope_proxy_added_seconds_count')).toBe(10);
    await run.close();
    await run.ended;
    await expect(get(source, '/metrics')).rejects.toThrow();
  });

  it('are ready once an upstream was reached, and not while draining', async () => {
    const source = new QuietSource();
    source.path = pathFactsOf({ upstreamReached: false });
    const run = await withExporters(config, async () => source);
    expect(await get(source, '/readyz')).toEqual({ status: 503, text: 'no upstream reached yet. nobody there\n' });
    source.path = pathFactsOf();
    expect((await get(source, '/readyz')).status).toBe(200);
    const drained = run.drain();
    expect(await get(source, '/readyz')).toMatchObject({ status: 503, text: expect.stringMatching(/^draining/) });
    expect((await get(source, '/healthz')).status).toBe(200);
    source.drained.resolve();
    await drained;
    await expect(get(source, '/healthz')).rejects.toThrow();
    await source.close();
  });

  it('leave nothing open when the source does not start, and start nothing when their port is taken', async () => {
    await expect(withExporters(config, () => Promise.reject(new Error('no source')))).rejects.toThrow('no source');
    const source = new QuietSource();
    const run = await withExporters(config, async () => source);
    const port = Number(/:(\d+)\/metrics/.exec(String(source.events[0]?.detail.message))?.[1]);
    let started = false;
    const again = withExporters({ ...config, listen: { host: '127.0.0.1', port } }, async () => {
      started = true;
      return new QuietSource();
    });
    await expect(again).rejects.toThrow('--metrics');
    expect(started).toBe(false);
    await run.close();
  });
});
