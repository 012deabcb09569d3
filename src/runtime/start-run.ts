import type { RunConfig } from './run-config.ts';
import type { RunningSource } from './source.ts';
import { type BytesWish, type EngineSink, TrafficSession } from './traffic-session.ts';

/** What only a run in this thread can be given: functions. */
export interface RunHooks {
  readonly sinks?: readonly EngineSink[];
  /** How long the sinks need the bytes of exchanges, where no history is kept. */
  readonly bytes?: BytesWish;
  /** Holds a capture's reader while the promise is open. */
  readonly paused?: () => Promise<void> | undefined;
}

/** Starts the source that the configuration names. Sources load lazily: a capture needs no proxy, a proxy no demo. */
export async function startRun(config: RunConfig, hooks: RunHooks = {}): Promise<RunningSource> {
  const newSession = () =>
    new TrafficSession({
      historyBytesMax: config.historyBytesMax,
      unsafeShowSecrets: config.unsafeShowSecrets,
      ...(hooks.sinks === undefined ? {} : { sinks: hooks.sinks }),
      ...(hooks.bytes === undefined ? {} : { bytes: hooks.bytes }),
    });
  switch (config.source.kind) {
    case 'proxy': {
      const { startProxyRun } = await import('./proxy-run.ts');
      return startProxyRun(config.source, newSession());
    }
    case 'capture': {
      const { startCaptureRun } = await import('./capture-run.ts');
      return startCaptureRun(config.source, newSession, hooks.paused);
    }
    case 'demo': {
      const { startDemoRun } = await import('./demo-run.ts');
      return startDemoRun(config.source, newSession());
    }
    default:
      return config.source satisfies never;
  }
}
