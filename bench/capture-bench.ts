import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import {
  type CaptureRival,
  cat,
  goBodies,
  goRecords,
  json,
  jsonRecords,
  report,
  tsharkFields,
  tsharkJson,
  tsharkRead,
} from './capture-rivals.ts';
import { type BenchOptions, type BenchOutcome, isWanted } from './outcome.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';
import { type CaptureFacts, type CaptureShape, capturePort, writeSyntheticCapture } from './synthetic-capture.ts';

const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const timeoutMs = 600_000;

interface CaptureCase {
  /** What `--modes` calls it. */
  readonly mode: string;
  readonly label: string;
  readonly shape: CaptureShape;
  readonly rivals: readonly CaptureRival[];
}

const batches = {
  recordsPerBatch: 100,
  valueBytes: 1024,
  codecs: ['none'],
  acknowledges: true,
  connections: 8,
} as const;
const loopbackBytes = 65_483;
const ethernetBytes = 1_460;
const readers = [cat, report, goBodies, tsharkRead];

/** The sizes of the shared figures: 268 MB of batches, 480,000 small messages, 320,000 records in five codecs. */
const cases: readonly CaptureCase[] = [
  {
    mode: 'large',
    label: 'batches of 100 x 1 KiB, loopback segments',
    shape: { ...batches, bytesMin: 268e6, segmentBytesMax: loopbackBytes },
    rivals: readers,
  },
  {
    mode: 'ethernet',
    label: 'batches of 100 x 1 KiB, Ethernet segments',
    shape: { ...batches, bytesMin: 268e6, segmentBytesMax: ethernetBytes },
    rivals: readers,
  },
  {
    mode: 'small',
    label: 'one record a request',
    shape: { ...batches, bytesMin: 130e6, recordsPerBatch: 1, valueBytes: 107, segmentBytesMax: ethernetBytes },
    rivals: [...readers, tsharkFields],
  },
  {
    mode: 'records',
    label: 'five codecs, records decoded',
    shape: {
      ...batches,
      bytesMin: 85e6,
      recordsPerBatch: 200,
      codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
      segmentBytesMax: loopbackBytes,
    },
    rivals: [cat, report, json, jsonRecords, goRecords, tsharkFields, tsharkJson],
  },
  {
    mode: 'json',
    label: 'one record a request, every field as JSON',
    shape: { ...batches, bytesMin: 30e6, recordsPerBatch: 1, valueBytes: 107, segmentBytesMax: ethernetBytes },
    rivals: [json, tsharkJson],
  },
];

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

async function timeOf(name: string, commandLine: readonly string[]): Promise<Took> {
  // Bash's own clock counts the processor time of all children; the output is thrown away, to read it would cost us.
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" > /dev/null 2> >(tail -c 400 >&3)';
  const result = await runCommand('bash', ['-c', `{ ${script}; } 3>&1`, ...commandLine], { timeoutMs });
  const clock = result.stderr.trim().split('\n').at(-1) ?? '';
  const [real = Number.NaN, user = Number.NaN, system = Number.NaN] = clock.split(' ').map(Number);
  if (result.code !== 0 || !Number.isFinite(real)) {
    throw new Error(`${name} ended with ${result.code}: ${result.stdout.trim()} ${result.stderr.trim().slice(-400)}`);
  }
  return { ms: real * 1000, cpuMs: (user + system) * 1000 };
}

/** What our lines say of the capture must be what was written into it; a fast wrong answer is no figure. */
async function checkReading(label: string, file: string, facts: CaptureFacts): Promise<void> {
  const result = await runCommand(
    'sh',
    ['-c', '"$0" "$1" analyze "$2" --json | tail -n 1', process.execPath, launcher, file],
    {
      timeoutMs,
    },
  );
  const summary = JSON.parse(result.stdout.trim() || '{}') as { requests?: number; responses?: number };
  const exchanges = facts.messages / 2;
  if (result.code !== 0 || summary.requests !== exchanges || summary.responses !== exchanges) {
    const found = `${summary.requests} requests and ${summary.responses} responses of ${exchanges}`;
    throw new Error(`${label}: analyze found ${found} ${result.stderr.slice(-300)}`);
  }
}

function printCase(each: CaptureCase, facts: CaptureFacts, names: readonly string[], measurements: Measurements): void {
  const { bytes, messages, packets, records } = facts;
  const rows = names.map((name) => {
    const spread = spreadOf(measurements.of(name, 'ms'));
    const cpu = spreadOf(measurements.of(name, 'cpuMs'));
    const seconds = spread.median / 1000;
    const rates = [bytes / 1e6, messages / 1e3, packets / 1e3].map((amount) => figure(amount / seconds));
    return [name, figure(spread.median), range(spread), figure(cpu.median), range(cpu), ...rates, String(spread.count)];
  });
  const columns = ['reader', 'ms', 'min..max', 'CPU ms', 'min..max', 'MB/s', 'k messages/s', 'k packets/s', 'n'];
  const size = `${figure(bytes / 1e6)} MB, ${packets} packets, ${messages} messages, ${records} records`;
  printTable(`${each.mode}: ${each.label} (${size})`, columns, rows);
}

async function runCase(each: CaptureCase, folder: string, options: BenchOptions): Promise<void> {
  const file = join(folder, `${each.mode}.pcap`);
  const bytesMin = options.smoke ? 4e6 : each.shape.bytesMin;
  const facts = writeSyntheticCapture(file, { ...each.shape, bytesMin });
  await checkReading(each.label, file, facts);
  const chosen: { readonly name: string; readonly commandLine: readonly string[] }[] = [];
  for (const rival of each.rivals) {
    if (!isWanted(options, rival.name, true)) continue;
    const found = await rival.find(file, capturePort);
    if ('absent' in found) console.log(`skip ${rival.name}: ${found.absent}`);
    else chosen.push({ name: rival.name, commandLine: found });
  }
  const measurements = new Measurements();
  await interleave(chosen, options.rounds, async ({ name, commandLine }) => {
    const { ms, cpuMs } = await timeOf(name, commandLine);
    measurements.add(name, 'ms', ms);
    measurements.add(name, 'cpuMs', cpuMs);
  });
  printCase(
    each,
    facts,
    chosen.map(({ name }) => name),
    measurements,
  );
  rmSync(file);
}

/** How fast a capture becomes a report or lines, beside everybody else who reads captures. */
export async function runCaptureBench(options: BenchOptions): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-bench-'));
  try {
    for (const each of cases) {
      if (options.modes.length === 0 || options.modes.includes(each.mode)) await runCase(each, folder, options);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kind: 'done' };
}
