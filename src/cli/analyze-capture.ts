import type { EngineEvent } from '../exchange/event.ts';
import { printReport, rowsInSection } from '../export/report/report.ts';
import type { ReportFacts } from '../export/report/report-facts.ts';
import { ReportFolds } from '../export/report/report-folds.ts';
import { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import { startRun } from '../runtime/start-run.ts';
import type { EngineSink } from '../runtime/traffic-session.ts';
import type { AnalyzeFlags } from './analyze-flags.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { CsvFolder } from './csv-folder.ts';
import { FailOn, whenMatching } from './fail-on.ts';
import { filterOf } from './filter-flag.ts';
import { runTraffic } from './run-traffic.ts';
import { sourceFailure } from './source-failure.ts';
import { isPartlyUnread } from './strict.ts';
import { secretsWarning, type TrafficFlags } from './traffic-flags.ts';

/** Reads one or more captures to their end and prints the report, or hands over to the JSON lines. */
export async function analyzeCapture(
  context: CliContext,
  paths: readonly string[],
  flags: AnalyzeFlags,
): Promise<void> {
  const [path = '-', ...more] = paths;
  const config = {
    source: { kind: 'capture', path, more, keylog: flags.keylog ?? null } as const,
    historyBytesMax: null,
    unsafeShowSecrets: flags.unsafeShowSecrets === true,
  };
  if (flags.json === true) {
    refuseWithJson(flags);
    await runTraffic(context, config, flags, {
      live: false,
      uiFps: 10,
      ...(flags.strict === true ? { strict: true } : {}),
    });
    return;
  }
  if (flags.unsafeShowSecrets === true) context.stderr.write(`${secretsWarning}\n`);
  const failFilter = filterOf('--fail-on', flags.failOn);
  const failOn = failFilter === null ? null : new FailOn(failFilter);
  const filter = filterOf('--filter', flags.filter);
  const folds = new ReportFolds(flags.csv === undefined ? (flags.top ?? rowsInSection) : slowestInCsv);
  const csv = flags.csv === undefined ? null : new CsvFolder(flags.csv);
  // The session counts everything; a filtered report needs figures of what matched only.
  const metrics = filter === null ? null : new TrafficMetrics();
  const sinks: EngineSink[] = [whenMatching(filter, folds.take)];
  if (csv !== null) sinks.push(whenMatching(filter, csv.take));
  if (metrics !== null) sinks.push(whenMatching(filter, (event) => countCompleted(metrics, event)));
  if (failOn !== null) sinks.push(failOn.take);
  // Filters and the CSV look into messages; the report itself lives on what the walk found.
  const bytes = filter === null && failFilter === null ? 'none' : 'borrowed';
  const hooks = csv === null ? ({ sinks, bytes } as const) : ({ sinks, bytes, paused: () => csv.drained() } as const);
  const source = await startRun(config, hooks).catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const progress = showProgress(context, () => source.face().reading);
  const end = await source.ended.catch((error: unknown) => {
    throw sourceFailure(error);
  });
  progress();
  const stats = source.captureStats?.() ?? null;
  const facts: ReportFacts = {
    path: paths.map((name) => (name === '-' ? 'standard input' : name)).join(', '),
    packets: end.packets ?? 0,
    bytes: end.bytes,
    capture: stats,
    summary: source.session.summary,
    metrics: (metrics ?? source.session.metrics).snapshot(source.session.lastUs),
    filter: flags.filter ?? null,
    ...folds.facts(),
    findings: source.session.doctor.findings.list(),
  };
  const choice = { sections: flags.section ?? null, top: flags.top ?? null };
  context.stdout.write(printReport(facts, choice, colorOf(context, flags)));
  const written = (await csv?.finish(facts)) ?? [];
  if (written.length > 0) context.stderr.write(`wrote ${written.length} files into ${flags.csv}\n`);
  if (flags.strict === true && isPartlyUnread(source)) context.exit(exitCode.notDecodable);
  else if (failOn !== null && failOn.matched > 0) context.exit(exitCode.failOnMatched);
  else context.exit(exitCode.ok);
}

/** Rows of `slow.csv`; a spreadsheet sorts `exchanges.csv` for more. */
const slowestInCsv = 1_000;

/** Lines and tables are two answers to one question; both at once would need the capture twice. */
function refuseWithJson(flags: AnalyzeFlags): void {
  const flag = flags.csv !== undefined ? '--csv' : flags.section !== undefined ? '--section' : null;
  if (flag === null) return;
  throw new CliError(`${flag} and --json do not go together: run once with each.`, exitCode.usage);
}

function countCompleted(metrics: TrafficMetrics, event: EngineEvent): void {
  if (event.kind !== 'completed') return;
  const { exchange } = event;
  const atUs = exchange.response?.lastByteUs ?? exchange.request?.lastByteUs ?? 0;
  if (exchange.request !== null) metrics.started(exchange, exchange.request.atUs);
  metrics.completed(exchange, atUs);
}

function colorOf(context: CliContext, flags: TrafficFlags): boolean {
  if (flags.color !== 'auto') return flags.color === 'always';
  const noColor = context.env.NO_COLOR;
  return context.stdout.isTTY === true && (noColor === undefined || noColor === '');
}

/** A line on the terminal while a long capture is read. Returns what removes it. */
function showProgress(
  context: CliContext,
  reading: () => { readonly readBytes: number; readonly totalBytes: number | null } | null,
): () => void {
  if (context.stderr.isTTY !== true) return () => undefined;
  const timer = setInterval(() => {
    const now = reading();
    if (now === null) return;
    const share =
      now.totalBytes === null ? '' : ` ${Math.floor((100 * now.readBytes) / Math.max(1, now.totalBytes))} %`;
    context.stderr.write(`\r\x1b[Kreading${share} (${(now.readBytes / 1_000_000).toFixed(0)} MB)`);
  }, 500);
  return () => {
    clearInterval(timer);
    context.stderr.write('\r\x1b[K');
  };
}
