import { arch, release, type } from 'node:os';
import type { EngineEvent } from '../exchange/event.ts';
import { summaryLine } from '../export/ndjson.ts';
import { CaptureExport } from '../export/pcapng/capture-export.ts';
import type { CompiledFilter } from '../filter/compile.ts';
import { summaryByApi } from '../metrics/summary-by-api.ts';
import type { RunningSource } from '../runtime/source.ts';
import { startRun } from '../runtime/start-run.ts';
import type { EngineSink } from '../runtime/traffic-session.ts';
import { showProgress } from './analyze-capture.ts';
import { type ByteOutput, FileOutput, StreamOutput } from './byte-output.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { FailOn } from './fail-on.ts';
import { commandFilterContext, filterOf } from './filter-flag.ts';
import { printableLines } from './printable-lines.ts';
import { sourceFailure } from './source-failure.ts';
import { isPartlyUnread } from './strict.ts';
import { secretsWarning, type TrafficFlags } from './traffic-flags.ts';

/** Flags of `export` beside the shared ones. */
export interface ExportFlags extends TrafficFlags {
  readonly output: string;
  readonly keylog?: string;
  readonly strict?: boolean;
}

/** Bytes gathered before they are written. */
const flushBytes = 256 * 1024;

/** Reads captures to their end and writes what matches as one pcapng file. */
export async function exportCapture(
  context: CliContext,
  paths: readonly string[],
  flags: ExportFlags,
  application: string,
): Promise<void> {
  const unsafeShowSecrets = flags.unsafeShowSecrets === true;
  if (unsafeShowSecrets) context.stderr.write(`${secretsWarning}\n`);
  const filter = filterOf('--filter', flags.filter);
  const failFilter = filterOf('--fail-on', flags.failOn);
  const failOn = failFilter === null ? null : new FailOn(failFilter);
  const output = outputOf(context, paths, flags);
  const { payload } = flags;
  const file = new CaptureExport({
    payload,
    unsafeShowSecrets,
    application,
    hardware: arch(),
    os: `${type()} ${release()}`,
  });
  const sinks: EngineSink[] = [writeMatching(file, filter, output)];
  if (failOn !== null) sinks.push(failOn.take);
  const [path = '-', ...more] = paths;
  const source = await startRun(
    { source: { kind: 'capture', path, more, keylog: flags.keylog ?? null }, historyBytesMax: null, unsafeShowSecrets },
    { sinks, paused: () => output.drained() },
  ).catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const hideProgress = showProgress(context, () => source.face().reading);
  const watch = setInterval(() => {
    if (output.isClosed) source.close().catch(() => undefined);
  }, 100);
  const end = await source.ended
    .catch((error: unknown) => {
      throw sourceFailure(error);
    })
    .finally(() => {
      clearInterval(watch);
      hideProgress();
    });
  file.end();
  output.write(file.take());
  await output.end();
  report(context, source, file, flags);
  if (flags.json === true && flags.output !== '-') {
    const { session } = source;
    const byApi = summaryByApi(session.metrics.snapshot(session.lastUs));
    context.stdout.write(`${summaryLine(session.summary.facts({ packets: end.packets, bytes: end.bytes, byApi }))}\n`);
  }
  if (flags.strict === true && isPartlyUnread(source)) context.exit(exitCode.notDecodable);
  else if (failOn !== null && failOn.matched > 0) context.exit(exitCode.failOnMatched);
  else context.exit(exitCode.ok);
}

function outputOf(context: CliContext, paths: readonly string[], flags: ExportFlags): ByteOutput {
  if (flags.output !== '-') return new FileOutput(flags.output, paths);
  if (context.stdout.isTTY === true) {
    throw new CliError('-o - writes a binary file, and standard output is a terminal: name a file.', exitCode.usage);
  }
  return new StreamOutput(context.stdout);
}

function writeMatching(file: CaptureExport, filter: CompiledFilter | null, output: ByteOutput): EngineSink {
  return (event: EngineEvent) => {
    if (event.kind === 'started') return;
    if (event.kind === 'completed' && filter !== null) {
      if (!filter.matches(event.exchange, commandFilterContext(event.exchange))) return;
    }
    file.receive(event);
    if (file.length >= flushBytes) output.write(file.take());
  };
}

/** What was written and what was not, in words: the file itself says nothing to a person. */
function report(context: CliContext, source: RunningSource, file: CaptureExport, flags: ExportFlags): void {
  const name = flags.output === '-' ? 'standard output' : flags.output;
  const { requests, responses } = source.session.summary;
  const damage = source.captureStats?.()?.damage ?? null;
  if (damage !== null) context.stderr.write(`${printableLines(damage.message)}\n`);
  const notice = source.face().notice;
  if (file.exchanges > 0) {
    context.stderr.write(printableLines(`${file.exchanges} exchanges, ${file.bytes} bytes written to ${name}.\n`));
  } else if (requests + responses === 0) {
    context.stderr.write(printableLines(`${notice ?? 'No Kafka was found.'} ${name} has a header and no packets.\n`));
  } else {
    context.stderr.write(
      printableLines(`No exchange matches --filter ${flags.filter ?? ''}: ${name} has a header and no packets.\n`),
    );
  }
}
