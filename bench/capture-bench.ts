import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import { type BenchOptions, type BenchOutcome, isWanted } from './outcome.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';
import { type CaptureFacts, capturePort, writeSyntheticCapture } from './synthetic-capture.ts';

const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const timeoutMs = 300_000;

interface Analyzer {
  readonly name: string;
  readonly absent: () => Promise<string | null>;
  readonly command: (file: string, port: number) => readonly string[];
}

/** Everybody who reads captures. tshark is told the port; ours finds out by itself. */
const analyzers: readonly Analyzer[] = [
  {
    name: 'cat',
    absent: async () => null,
    command: (file) => ['cat', file],
  },
  {
    name: 'kafka-scope analyze',
    absent: async () => null,
    command: (file) => [process.execPath, launcher, 'analyze', file],
  },
  {
    name: 'kafka-scope analyze --json',
    absent: async () => null,
    command: (file) => [process.execPath, launcher, 'analyze', file, '--json'],
  },
  {
    name: 'tshark fields',
    absent: async () => {
      const answer = await runCommand('tshark', ['--version'], { timeoutMs: 20_000 });
      return answer.code === 0 ? null : 'tshark was not found; Debian: apt-get install tshark';
    },
    command: (file, port) => [
      'tshark',
      '-r',
      file,
      '-d',
      `tcp.port==${port},kafka`,
      '-Y',
      'kafka',
      '-T',
      'fields',
      '-e',
      'kafka.request_key',
      '-e',
      'kafka.correlation_id',
    ],
  },
];

async function timeOf(analyzer: Analyzer, file: string, port: number): Promise<number> {
  const [command = '', ...commandArguments] = analyzer.command(file, port);
  // The output is thrown away by a shell redirection: to read it here would measure this process too.
  const startedMs = performance.now();
  const result = await runCommand('sh', ['-c', 'exec "$0" "$@" > /dev/null', command, ...commandArguments], {
    timeoutMs,
  });
  if (result.code !== 0) {
    throw new Error(`${analyzer.name} ended with ${result.code}: ${result.stderr.trim().slice(-400)}`);
  }
  return performance.now() - startedMs;
}

interface CaptureCase {
  readonly name: string;
  readonly file: string;
  readonly facts: CaptureFacts;
}

function writeCaptures(folder: string, smoke: boolean): CaptureCase[] {
  const megabytes = smoke ? 1 : 64;
  const write = (name: string, label: string, bytes: number, records: number, valueBytes: number): CaptureCase => {
    const file = join(folder, name);
    return { name: label, file, facts: writeSyntheticCapture(file, bytes, records, valueBytes) };
  };
  return [
    write('large.pcap', 'Produce v7 and Fetch v11 of 100 x 1 KiB', megabytes * 4e6, 100, 1024),
    write('small.pcap', 'Produce v7 and Fetch v11 of one record', megabytes * 1e6, 1, 107),
  ];
}

/** What our lines say of the capture must be what was written into it; a fast wrong answer is no figure. */
async function checkReading(each: CaptureCase): Promise<void> {
  const result = await runCommand(process.execPath, [launcher, 'analyze', each.file, '--json'], { timeoutMs });
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  const summary = JSON.parse(last === '' ? '{}' : last) as { requests?: number; responses?: number };
  const exchanges = each.facts.messages / 2;
  if (result.code !== 0 || summary.requests !== exchanges || summary.responses !== exchanges) {
    const found = `${summary.requests} requests and ${summary.responses} responses of ${exchanges}`;
    throw new Error(`${each.name}: analyze found ${found} ${result.stderr.slice(-300)}`);
  }
}

function reportCapture(each: CaptureCase, chosen: readonly Analyzer[], measurements: Measurements): void {
  const { bytes, messages, packets } = each.facts;
  const rows = chosen.map(({ name }) => {
    const spread = spreadOf(measurements.of(`${each.name} ${name}`, 'ms'));
    const seconds = spread.median / 1000;
    const rates = [bytes / 1e6, messages / 1e3, packets / 1e3].map((amount) => figure(amount / seconds));
    return [name, figure(spread.median), range(spread), ...rates, String(spread.count)];
  });
  const columns = ['analyzer', 'ms', 'min..max', 'MB/s', 'k messages/s', 'k packets/s', 'n'];
  printTable(`${each.name} (${figure(bytes / 1e6)} MB, ${messages} messages)`, columns, rows);
}

/** How fast a capture becomes a report or lines, beside tshark where it is installed. */
export async function runCaptureBench(options: BenchOptions): Promise<BenchOutcome> {
  const chosen: Analyzer[] = [];
  for (const analyzer of analyzers) {
    const absent = isWanted(options, analyzer.name, true) ? await analyzer.absent() : 'not asked for';
    if (absent === null) {
      chosen.push(analyzer);
    } else if (absent !== 'not asked for') {
      console.log(`skip ${analyzer.name}: ${absent}`);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-bench-'));
  const measurements = new Measurements();
  try {
    for (const each of writeCaptures(folder, options.smoke)) {
      await checkReading(each);
      await interleave(chosen, options.rounds, async (analyzer) => {
        measurements.add(`${each.name} ${analyzer.name}`, 'ms', await timeOf(analyzer, each.file, capturePort));
      });
      reportCapture(each, chosen, measurements);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kind: 'done' };
}
