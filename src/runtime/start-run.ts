import type { RunConfig, SourceConfig } from './run-config.ts';
import type { RunningSource } from './source.ts';
import { type BytesWish, type EngineSink, TrafficSession } from './traffic-session.ts';

/** What only a run in this thread can be given: functions. */
export interface RunHooks {
  readonly sinks?: readonly EngineSink[];
  /** How long the sinks need the bytes of exchanges, where no history is kept. */
  readonly bytes?: BytesWish;
  /** Holds a capture's reader while the promise is open. */
  readonly paused?: () => Promise<void> | undefined;
  /** What whoever prints had to leave out, by what. */
  readonly losses?: () => Readonly<Record<string, number>>;
}

/** Starts the source that the configuration names, and what publishes its metrics. */
export async function startRun(config: RunConfig, hooks: RunHooks = {}): Promise<RunningSource> {
  const start = (sinks: readonly EngineSink[]) => startPublished(config, { ...hooks, sinks });
  const sinks = hooks.sinks ?? [];
  if (config.recording == null) return start(sinks);
  const { startRecorded } = await import('./recording/start-recorded.ts');
  return startRecorded(config.recording, config.unsafeShowSecrets, (sink) => start([...sinks, sink]));
}

async function startPublished(config: RunConfig, hooks: RunHooks): Promise<RunningSource> {
  const exporters = config.exporters ?? null;
  const newSession = () =>
    new TrafficSession({
      historyBytesMax: config.historyBytesMax,
      unsafeShowSecrets: config.unsafeShowSecrets,
      ...(hooks.sinks === undefined ? {} : { sinks: hooks.sinks }),
      ...(hooks.bytes === undefined ? {} : { bytes: hooks.bytes }),
      ...(hooks.losses === undefined ? {} : { losses: hooks.losses }),
      ...(exporters === null ? {} : { metricsLabelLimit: exporters.labelLimit }),
    });
  const start = () => startSource(config.source, newSession, hooks);
  if (exporters === null) return start();
  const { withExporters } = await import('./exporters.ts');
  return withExporters(exporters, start);
}

/** Sources load lazily: a capture needs no proxy, a proxy no demo. */
async function startSource(
  source: SourceConfig,
  newSession: () => TrafficSession,
  hooks: RunHooks,
): Promise<RunningSource> {
  switch (source.kind) {
    case 'proxy': {
      const { startProxyRun } = await import('./proxy-run.ts');
      return startProxyRun(source, newSession());
    }
    case 'capture': {
      const { startCaptureRun } = await import('./capture-run.ts');
      return startCaptureRun(source, newSession, hooks.paused);
    }
    case 'demo': {
      const { startDemoRun } = await import('./demo-run.ts');
      return startDemoRun(source, newSession());
    }
    default:
      return source satisfies never;
  }
}
