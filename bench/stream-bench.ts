import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { processorSeconds, residentMegabytes } from './process-cost.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';
import { type CaptureShape, writeSyntheticCapture } from './synthetic-capture.ts';

const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const writer = fileURLToPath(new URL('./looped-capture.ts', import.meta.url));
const pollMs = 50;

interface StreamCase {
  /** What `--modes` calls it. */
  readonly name: string;
  readonly bytes: number;
  readonly shape: CaptureShape;
}

const batches = {
  recordsPerBatch: 100,
  valueBytes: 1024,
  codecs: ['none'],
  acknowledges: true,
  connections: 8,
  bytesMin: 8e6,
  segmentBytesMax: 1_460,
} as const;

/** One record an exchange; long enough for two exchanges of each connection behind all the handshakes. */
function smallShape(connections: number): CaptureShape {
  const bytesMin = Math.max(8e6, connections * (3 * 70 + 2 * 600));
  return { ...batches, recordsPerBatch: 1, valueBytes: 107, connections, bytesMin };
}

/** Bytes of so many exchanges of the small kind. */
const smallBytes = 300e6;

function casesFor(smoke: boolean): StreamCase[] {
  const scale = smoke ? 0.002 : 1;
  const sizes = [1e9, 10e9].map((bytes) => ({ name: `${bytes / 1e9}GB`, bytes: bytes * scale, shape: batches }));
  const spread = [1, 100, 10_000, 100_000].map((connections) => ({
    name: `c${connections}`,
    bytes: smallBytes * scale,
    shape: smallShape(smoke ? Math.min(connections, 100) : connections),
  }));
  return [...sizes, ...spread];
}

interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly residentMb: number;
  readonly packets: number;
}

/** `analyze -` at the end of a pipe: how long, and how much memory at its highest. */
async function analyse(template: string, bytes: number): Promise<Took> {
  const script =
    '"$1" "$2" "$3" "$4" | sh -c \'echo $$ >&2; exec "$@"\' sh "$1" "$5" analyze - --section unread,summary';
  const parts = [process.execPath, writer, template, String(bytes), launcher];
  const child = spawn('sh', ['-c', script, 'sh', ...parts], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [told, printed, cpuSeconds, residentMb] = ['', '', 0, 0];
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const startedMs = performance.now();
  const poll = setInterval(() => {
    const pid = Number.parseInt(told, 10);
    if (!Number.isFinite(pid)) return;
    cpuSeconds = Math.max(cpuSeconds, processorSeconds(pid) ?? 0);
    residentMb = Math.max(residentMb, residentMegabytes(pid)?.highest || 0);
  }, pollMs);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(poll);
  const packets = Number(/([\d,]+) packets/.exec(printed)?.[1]?.replaceAll(',', ''));
  if (code !== 0 || !Number.isFinite(packets)) throw new Error(`analyze - ended with ${code}: ${told.slice(-400)}`);
  return { seconds: (performance.now() - startedMs) / 1000, cpuSeconds, residentMb, packets };
}

/** Captures that come through a pipe: does memory grow with their size, does a packet cost more among many connections? */
export async function runStreamBench(options: BenchOptions): Promise<BenchOutcome> {
  const cases = casesFor(options.smoke).filter(
    ({ name }) => options.modes.length === 0 || options.modes.includes(name),
  );
  const measurements = new Measurements();
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-stream-'));
  const template = join(folder, 'template.pcap');
  let packets = 0;
  try {
    await interleave(cases, Math.min(options.rounds, 3), async ({ name, bytes, shape }) => {
      writeSyntheticCapture(template, shape);
      const took = await analyse(template, bytes);
      packets = took.packets;
      measurements.add(name, 'packets', packets);
      measurements.add(name, 'residentMb', took.residentMb);
      measurements.add(name, 'wallUs', (took.seconds / packets) * 1e6);
      measurements.add(name, 'cpuUs', (took.cpuSeconds / packets) * 1e6);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const rows = cases.map(({ name }) => {
    const spread = (measure: string) => spreadOf(measurements.of(name, measure));
    const both = (measure: string) => [figure(spread(measure).median), range(spread(measure))];
    const count = figure(spread('packets').median);
    return [name, count, ...both('cpuUs'), ...both('wallUs'), ...both('residentMb'), String(spread('wallUs').count)];
  });
  const columns = [
    'case',
    'packets',
    'CPU us/packet',
    'min..max',
    'wall us/packet',
    'min..max',
    'RSS MB',
    'min..max',
    'n',
  ];
  printTable('Stream (a pipe into analyze -)', columns, rows);
  return { kind: 'done' };
}
