import type { Command } from 'commander';
import { Option } from 'commander';
import type { EngineEvent } from '../exchange/event.ts';
import { printReport, type ReportFacts } from '../export/report.ts';
import { SlowestExchanges } from '../insight/slowest.ts';
import { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import { startRun } from '../runtime/start-run.ts';
import type { EngineSink } from '../runtime/traffic-session.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { FailOn, whenMatching } from './fail-on.ts';
import { parseCount } from './quantities.ts';
import { runTraffic } from './run-traffic.ts';
import { sourceFailure } from './source-failure.ts';
import { isPartlyUnread } from './strict.ts';
import { addTrafficFlags, filterOf, secretsWarning, type TrafficFlags } from './traffic-flags.ts';

interface AnalyzeFlags extends TrafficFlags {
  readonly strict?: boolean;
  readonly top: number;
}

const examples = `Examples:
  kafka-scope analyze incident.pcapng
      who talked to whom, what was slow, what failed
  kafka-scope analyze incident.pcapng --json --filter 'latency > 100ms'
  tcpdump -i any -w - port 9092 | kafka-scope analyze -
`;

/** `analyze`: a capture as a report for people, or as JSON lines. */
export function registerAnalyze(program: Command, context: CliContext): void {
  const command = program
    .command('analyze')
    .description('Read a capture and report, or print every exchange as JSON')
    .argument('<file...>', 'pcap or pcapng, also .gz and .zst; - reads standard input')
    .addHelpText('before', examples)
    .addOption(new Option('--strict', 'exit 3 when any part could not be read').env('KAFKA_SCOPE_STRICT'))
    .addOption(
      new Option('--top <n>', 'rows of each table').argParser(parseCount(1, 1000)).default(10).env('KAFKA_SCOPE_TOP'),
    );
  addTrafficFlags(command).action(async (paths: string[], flags: AnalyzeFlags) => {
    if (paths.length > 1) {
      throw new CliError(
        'analyze reads one capture at a time for now: run it once a file, or merge them with mergecap.',
        exitCode.usage,
      );
    }
    await analyze(context, paths[0] ?? '-', flags);
  });
}

async function analyze(context: CliContext, path: string, flags: AnalyzeFlags): Promise<void> {
  const config = {
    source: { kind: 'capture', path } as const,
    historyBytesMax: null,
    unsafeShowSecrets: flags.unsafeShowSecrets === true,
  };
  if (flags.json === true) {
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
  const slowest = new SlowestExchanges(flags.top);
  // The session counts everything; a filtered report needs figures of what matched only.
  const metrics = filter === null ? null : new TrafficMetrics();
  const sinks: EngineSink[] = [whenMatching(filter, slowest.take)];
  if (metrics !== null) sinks.push(whenMatching(filter, (event) => countCompleted(metrics, event)));
  if (failOn !== null) sinks.push(failOn.take);
  const source = await startRun(config, { sinks }).catch((error: unknown) => {
    throw sourceFailure(error);
  });
  const progress = showProgress(context, () => source.face().reading);
  const end = await source.ended.catch((error: unknown) => {
    throw sourceFailure(error);
  });
  progress();
  const stats = source.captureStats?.() ?? null;
  const facts: ReportFacts = {
    path: path === '-' ? 'standard input' : path,
    packets: end.packets ?? 0,
    bytes: end.bytes,
    capture: stats,
    summary: source.session.summary,
    metrics: (metrics ?? source.session.metrics).snapshot(source.session.lastUs),
    filter: flags.filter ?? null,
    slowest: slowest.list(),
    top: flags.top,
  };
  context.stdout.write(printReport(facts, colorOf(context, flags)));
  if (flags.strict === true && isPartlyUnread(source)) context.exit(exitCode.notDecodable);
  else if (failOn !== null && failOn.matched > 0) context.exit(exitCode.failOnMatched);
  else context.exit(exitCode.ok);
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
