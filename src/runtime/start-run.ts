import type { RunConfig, SourceConfig } from './run-config.ts';
import type { RunningSource } from './source.ts';
import { type EngineSink, TrafficSession } from './traffic-session.ts';

/** What only a run in this thread can be given: functions. */
export interface RunHooks {
  readonly sinks?: readonly EngineSink[];
  /** Holds a capture's reader while the promise is open. */
  readonly paused?: () => Promise<void> | undefined;
  /** What whoever prints had to leave out, by what. */
  readonly losses?: () => Readonly<Record<string, number>>;
}

/** Starts the source that the configuration names, and what publishes its metrics. */
export async function startRun(config: RunConfig, hooks: RunHooks = {}): Promise<RunningSource> {
  const exporters = config.exporters ?? null;
  const session = new TrafficSession({
    historyBytesMax: config.historyBytesMax,
    unsafeShowSecrets: config.unsafeShowSecrets,
    ...(hooks.sinks === undefined ? {} : { sinks: hooks.sinks }),
    ...(hooks.losses === undefined ? {} : { losses: hooks.losses }),
    ...(exporters === null ? {} : { metricsLabelLimit: exporters.labelLimit }),
  });
  const start = () => startSource(config.source, session, hooks);
  if (exporters === null) return start();
  const { withExporters } = await import('./exporters.ts');
  return withExporters(exporters, start);
}

/** Sources load lazily: a capture needs no proxy, a proxy no demo. */
async function startSource(source: SourceConfig, session: TrafficSession, hooks: RunHooks): Promise<RunningSource> {
  switch (source.kind) {
    case 'proxy': {
      const { startProxyRun } = await import('./proxy-run.ts');
      return startProxyRun(source, session);
    }
    case 'capture': {
      const { startCaptureRun } = await import('./capture-run.ts');
      return startCaptureRun(source, session, hooks.paused);
    }
    case 'demo': {
      const { startDemoRun } = await import('./demo-run.ts');
      return startDemoRun(source, session);
    }
    default:
      return source satisfies never;
  }
}
