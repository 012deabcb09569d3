import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChild, runCommand, trackChild } from '../test/kafka/process.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { processorSeconds, residentMegabytes } from './process-cost.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';

const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const tinyCapture = fileURLToPath(new URL('../fixtures/captures/java-admin-errors.pcap', import.meta.url));
const timeoutMs = 20_000;

interface Start {
  readonly name: string;
  /** Milliseconds from spawn until the thing a person waits for. */
  readonly run: (measurements: Measurements) => Promise<number>;
}

async function untilEnd(commandArguments: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const result = await runCommand(process.execPath, commandArguments, { timeoutMs });
  if (result.code !== 0) {
    throw new Error(`node ${commandArguments.join(' ')} ended with ${result.code}: ${result.stderr.slice(-400)}`);
  }
  return performance.now() - startedMs;
}

/** From spawn to the `listener-opened` line; the upstream is a port where nobody listens, as nothing is asked of it. */
async function untilListening(measurements: Measurements): Promise<number> {
  const startedMs = performance.now();
  const flags = ['--upstream', '127.0.0.1:9', '--listen', '127.0.0.1:0', '--broker-ports', '0', '--json'];
  const child = spawn(process.execPath, [launcher, 'proxy', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  trackChild(child);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const listening = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('"listener-opened"')) {
        resolve();
      }
    });
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the proxy ended before it listened: ${stderr.slice(-400)}`);
  });
  try {
    await Promise.race([listening, ended]);
    const tookMs = performance.now() - startedMs;
    const processor = processorSeconds(child.pid ?? 0);
    const resident = residentMegabytes(child.pid ?? 0);
    if (processor !== null && resident !== null) {
      measurements.add('kafka-scope proxy --json until listening', 'processorMs', processor * 1000);
      measurements.add('kafka-scope proxy --json until listening', 'residentMb', resident.now);
    }
    return tookMs;
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
    await endChild(child, 'SIGTERM', 5_000);
  }
}

const starts: readonly Start[] = [
  { name: 'node -e 0', run: () => untilEnd(['-e', '0']) },
  { name: 'kafka-scope --version', run: () => untilEnd([launcher, '--version']) },
  { name: 'kafka-scope --help', run: () => untilEnd([launcher, '--help']) },
  { name: 'kafka-scope analyze of a tiny capture', run: () => untilEnd([launcher, 'analyze', tinyCapture]) },
  { name: 'kafka-scope proxy --json until listening', run: untilListening },
];

/** How long a person waits for the first sign of life. */
export async function runStartupBench(options: BenchOptions): Promise<BenchOutcome> {
  const measurements = new Measurements();
  await interleave(starts, options.smoke ? 1 : options.rounds * 2, async (start) => {
    measurements.add(start.name, 'ms', await start.run(measurements));
  });
  const floorMs = spreadOf(measurements.of('node -e 0', 'ms')).median;
  const rows = starts.map(({ name }) => {
    const spread = spreadOf(measurements.of(name, 'ms'));
    const processor = spreadOf(measurements.of(name, 'processorMs')).median;
    const resident = spreadOf(measurements.of(name, 'residentMb')).median;
    const costs = [figure(spread.median - floorMs), figure(processor), figure(resident)];
    return [name, figure(spread.median), range(spread), ...costs, String(spread.count)];
  });
  const columns = ['start', 'ms', 'min..max', 'ms above node -e 0', 'CPU ms', 'RSS MB', 'n'];
  printTable('Startup', columns, rows);
  return { kind: 'done' };
}
