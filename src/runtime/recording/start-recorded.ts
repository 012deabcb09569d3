import type { TrafficEvent } from '../../exchange/event.ts';
import type { RunningSource } from '../source.ts';
import type { EngineSink } from '../traffic-session.ts';
import { Recorder } from './recorder.ts';
import type { RecordingConfig } from './types.ts';

/**
 * Starts a source with a recorder among its sinks. The file is opened first, so that a wrong name is told before any
 * client could connect, and ended last, when the source is done.
 */
export async function startRecorded(
  config: RecordingConfig,
  unsafeShowSecrets: boolean,
  startSource: (sink: EngineSink) => Promise<RunningSource>,
): Promise<RunningSource> {
  let source: RunningSource | null = null;
  const early: TrafficEvent[] = [];
  const recorder = new Recorder(config, unsafeShowSecrets, (event) => {
    if (source === null) early.push(event);
    else source.session.event(event);
  });
  const started = await startSource(recorder.sink).catch(async (error: unknown) => {
    await recorder.discard();
    throw error;
  });
  source = started;
  for (const event of early) started.session.event(event);
  recorder.announce();
  return {
    ...started,
    ended: started.ended.finally(() => recorder.close()),
    recording: () => recorder.state(),
    drain: async () => {
      await started.drain();
      await recorder.close();
    },
    close: async () => {
      await started.close();
      await recorder.close();
    },
  };
}
