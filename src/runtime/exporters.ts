import { hostname } from 'node:os';
import { type MetricFamily, metricFamilies } from '../export/metric-families.ts';
import { otlpMetrics } from '../export/otlp.ts';
import { prometheusText } from '../export/prometheus.ts';
import { nowUs } from '../proxy/clock.ts';
import { MetricsServer, type MetricsView, metricsUrl } from './metrics-server.ts';
import { OtlpExporter } from './otlp-exporter.ts';
import type { ExportersConfig } from './run-config.ts';
import { slicedText } from './sliced-text.ts';
import type { RunningSource } from './source.ts';

/** What the exporters know of the run they publish. */
class PublishedRun implements MetricsView {
  source: RunningSource | null = null;
  draining = false;

  families(): readonly MetricFamily[] {
    const { source } = this;
    if (source === null) return [];
    const { session } = source;
    return metricFamilies({
      figures: session.metrics.exported.figures(),
      path: source.face().path,
      losses: session.losses(),
    });
  }

  scrape(): Promise<string> {
    return slicedText(prometheusText(this.families()));
  }

  unready(): string | null {
    if (this.source === null) return 'starting';
    const face = this.source.face();
    if (this.draining || face.path?.draining === true) return 'draining: no new connections, answers due still go out';
    if (face.path !== null && !face.path.upstreamReached) return `no upstream reached yet. ${face.notice ?? ''}`.trim();
    return null;
  }

  refused(count: number): void {
    this.tell('metrics-refused', `${count} connections for metrics were refused: too many at once.`);
  }

  tell(event: string, message: string, more: Readonly<Record<string, string>> = {}): void {
    const detail = { ...more, message };
    this.source?.session.event({ kind: 'event', atUs: nowUs(), event, connection: null, detail });
  }
}

/**
 * Opens what publishes metrics, starts the source and ties their lives together. The server comes first: a port that
 * is taken is told before any client is let in.
 */
export async function withExporters(
  config: ExportersConfig,
  start: () => Promise<RunningSource>,
): Promise<RunningSource> {
  const run = new PublishedRun();
  const server = config.listen === null ? null : await MetricsServer.open(config.listen, run);
  let source: RunningSource;
  try {
    source = await start();
  } catch (error) {
    await server?.close();
    throw error;
  }
  run.source = source;
  if (server !== null) {
    const url = metricsUrl(server.address);
    source.registerOwnAddress?.(server.address);
    run.tell('metrics-opened', `Metrics are at ${url}`, { url });
  }
  const otlp = config.otlp === null ? null : exporterOf(config, config.otlp, run);
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all([server?.close(), otlp?.close()]).then(() => undefined);
    return stopping;
  };
  return {
    ...source,
    ended: source.ended.finally(stop),
    async drain() {
      run.draining = true;
      await source.drain();
      await stop();
    },
    async close() {
      await source.close();
      await stop();
    },
  };
}

function exporterOf(config: ExportersConfig, otlp: NonNullable<ExportersConfig['otlp']>, run: PublishedRun) {
  const startUs = nowUs();
  return new OtlpExporter(otlp, {
    body: () => {
      const context = { version: config.version, hostName: hostname(), startUs, nowUs: nowUs() };
      return slicedText(otlpMetrics(run.families(), context));
    },
    tell: (kind, message) => run.tell(kind, message),
  });
}
