import type { EngineEvent } from '../exchange/event.ts';
import { eventSentence } from '../export/event-sentence.ts';
import { summaryLine } from '../export/ndjson.ts';
import { summaryByApi } from '../metrics/summary-by-api.ts';
import type { RunConfig } from '../runtime/run-config.ts';
import type { RunningSource } from '../runtime/source.ts';
import { startRun } from '../runtime/start-run.ts';
import type { EngineSink } from '../runtime/traffic-session.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext, TuiEnd } from './context.ts';
import { FailOn } from './fail-on.ts';
import { filterOf } from './filter-flag.ts';
import { JsonSink } from './json-sink.ts';
import { LineOutput } from './line-output.ts';
import { sourceFailure } from './source-failure.ts';
import { isPartlyUnread } from './strict.ts';
import { lineOptionsOf, secretsWarning, type TrafficFlags } from './traffic-flags.ts';

/** How a command wants its run shown. */
export interface RunShape {
  /** A live source never waits for the reader of its output and ends only when it is told to. */
  readonly live: boolean;
  readonly uiFps: number;
  /** Where the keys of the screen come from; standard input unless given. */
  readonly keys?: NodeJS.ReadStream;
  /** Exit 3 when any part of the input could not be read. */
  readonly strict?: boolean;
}

/** Runs a source as CONTRACT says: the UI on a terminal, NDJSON otherwise, or quiet log lines with `--no-ui`. */
export async function runTraffic(
  context: CliContext,
  config: RunConfig,
  flags: TrafficFlags,
  shape: RunShape,
): Promise<void> {
  if (flags.unsafeShowSecrets === true) context.stderr.write(`${secretsWarning}\n`);
  const filter = filterOf('--filter', flags.filter);
  const failFilter = filterOf('--fail-on', flags.failOn);
  const quiet = flags.ui === false && flags.json !== true;
  if (flags.json !== true && !quiet && context.stdout.isTTY && (shape.keys ?? context.stdin).isTTY) {
    if (failFilter !== null)
      throw new CliError('--fail-on needs --json or --no-ui: a screen has no exit code of its own.', exitCode.usage);
    await runOnScreen(context, config, flags, shape);
    return;
  }
  const output = new LineOutput(context.stdout);
  const failOn = failFilter === null ? null : new FailOn(failFilter);
  const counts = { dropped: 0 };
  const live = shape.live
    ? {
        onDropped: (lines: number) => {
          counts.dropped += lines;
        },
      }
    : null;
  const json = quiet ? null : new JsonSink(output, lineOptionsOf(flags), filter, live);
  const sinks: EngineSink[] = [];
  if (json !== null) sinks.push(json.take);
  else sinks.push(logSink(context));
  if (failOn !== null) sinks.push(failOn.take);
  // Nobody looks back without a screen: history would only cost memory. `--no-ui` keeps it for what comes later.
  const source = await startRun(
    { ...config, historyBytesMax: quiet ? config.historyBytesMax : null },
    // A live sink prints later than it is told; that of a capture is done when it returns.
    { sinks, ...(shape.live ? {} : { paused: () => output.drained(), bytes: 'borrowed' as const }) },
  ).catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const stopped = stopOnSignals(context, source, output);
  const end = await source.ended.catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const signalCode = stopped();
  const { session } = source;
  session.summary.dropped = counts.dropped;
  json?.finish(source.face().nowUs);
  const facts = session.summary.facts({
    packets: end.packets,
    bytes: end.bytes,
    byApi: summaryByApi(session.metrics.snapshot(source.face().nowUs)),
  });
  if (json !== null) output.write(summaryLine(facts));
  await output.end();
  if (failOn !== null && failOn.matched > 0) {
    context.stderr.write(`--fail-on matched ${failOn.matched} exchanges, the first is #${failOn.firstSeq}.\n`);
    context.exit(exitCode.failOnMatched);
    return;
  }
  if (signalCode === null && shape.strict === true && isPartlyUnread(source)) context.exit(exitCode.notDecodable);
  else context.exit(signalCode ?? exitCode.ok);
}

async function runOnScreen(
  context: CliContext,
  config: RunConfig,
  flags: TrafficFlags,
  shape: RunShape,
): Promise<void> {
  const { startWorkerRuntime } = await import('../runtime/worker-runtime.ts');
  const runtime = await startWorkerRuntime(config).catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const utf8 = /utf-?8/i.test(context.env.LC_ALL ?? context.env.LC_CTYPE ?? context.env.LANG ?? 'UTF-8');
  let end: TuiEnd;
  try {
    end = await context.openTui(runtime, {
      fps: shape.uiFps,
      ascii: !utf8,
      reducedMotion: false,
      color: context.env.NO_COLOR === undefined || context.env.NO_COLOR === '' ? flags.color : 'never',
      payload: flags.payload,
      initialFilter: flags.filter ?? '',
      ...(shape.keys === undefined ? {} : { stdin: shape.keys }),
    });
  } finally {
    await runtime.close();
  }
  context.exit(
    end.signal === null ? exitCode.ok : end.signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated,
  );
}

/** First signal drains, the second ends. Returns a reader for the exit code the signals ask for. */
function stopOnSignals(context: CliContext, source: RunningSource, output: LineOutput): () => number | null {
  let code: number | null = null;
  const stop = (signalCode: number) => () => {
    if (code !== null) {
      context.exit(code);
      return;
    }
    code = signalCode;
    source.drain().catch(() => context.exit(exitCode.failed));
  };
  const onInterrupt = stop(exitCode.interrupted);
  const onTerminate = stop(exitCode.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  // The reader of our lines went away: there is nothing left to do for a run that only prints.
  const watch = setInterval(() => {
    if (output.isClosed) source.close().catch(() => undefined);
  }, 100);
  watch.unref();
  return () => {
    clearInterval(watch);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    return code;
  };
}

/** `--no-ui`: what a person reading a log wants to know, one sentence a line on stderr. */
function logSink(context: CliContext): EngineSink {
  return (event: EngineEvent) => {
    if (event.kind !== 'event') return;
    const sentence = eventSentence(event);
    if (sentence !== null) context.stderr.write(`${new Date(event.atUs / 1000).toISOString()} ${sentence}\n`);
  };
}
