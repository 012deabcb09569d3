import { pauseMs } from '../test/kafka/process.ts';
import { findLoadgen, type LoadMode, type LoadOutcome, loadOnce } from './loadgen-process.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { processorSeconds, residentMegabytes } from './process-cost.ts';
import { type ProxyField, type RunningRival, withRival } from './proxy-field.ts';
import { chooseRivals } from './proxy-rivals.ts';
import { marksOf, type ResidentSample, residentAt, slopePerMinute } from './soak-report.ts';
import { figure, printTable } from './statistics.ts';

const sampleMs = 10_000;
const smokeSampleMs = 250;

interface Soaked {
  readonly rival: string;
  readonly outcome: LoadOutcome;
  readonly samples: readonly ResidentSample[];
  readonly processorPercent: number;
  /** The last of its log lines; empty where it has none. */
  readonly said: string;
}

function modeOf(rate: number): LoadMode {
  return {
    name: 'soak',
    what: `one-record Produce v9 at ${rate} requests/s over 16 connections`,
    measure: 'requestsPerSecond',
    flags: ['-kind', 'produce', '-records', '1', '-value-bytes', '107', '-connections', '16', '-count-failures'],
    ratePerSecond: rate,
  };
}

/** Samples memory until `load` has ended, however it ends. */
async function sampleDuring(pid: number, load: Promise<unknown>, everyMs: number): Promise<ResidentSample[]> {
  const samples: ResidentSample[] = [];
  const startedMs = performance.now();
  const ended = load.then(
    () => true,
    () => true,
  );
  for (let [isOver, tick] = [false, 1]; !isOver; tick += 1) {
    const resident = residentMegabytes(pid);
    if (resident !== null) {
      samples.push({ atSeconds: (performance.now() - startedMs) / 1000, megabytes: resident.now });
    }
    const dueMs = startedMs + everyMs * tick - performance.now();
    isOver = await Promise.race([ended, pauseMs(Math.max(1, dueMs)).then(() => false)]);
  }
  return samples;
}

async function soak(
  loadgen: string,
  { name, child, port }: RunningRival,
  field: ProxyField,
  mode: LoadMode,
  options: BenchOptions,
): Promise<Soaked> {
  const seconds = options.minutes * 60;
  const before = processorSeconds(child.pid) ?? Number.NaN;
  const load = loadOnce(loadgen, port, mode, seconds, 0);
  const samples = await sampleDuring(child.pid, load, options.smoke ? smokeSampleMs : sampleMs);
  const outcome = await load;
  const used = (processorSeconds(child.pid) ?? Number.NaN) - before;
  // What it says at its end is said when it is stopped.
  await field.stop();
  const said = child.drawnCharacters() === null ? child.said() : '';
  return { rival: name, outcome, samples, processorPercent: (used / seconds) * 100, said };
}

function report(mode: LoadMode, minutes: number, soaked: readonly Soaked[]): void {
  const marks = marksOf(minutes);
  const rows = soaked.map(({ rival, outcome, samples, processorPercent }) => [
    rival,
    String(outcome.totalRequests),
    String(outcome.lost),
    String(outcome.failedConnections),
    figure(outcome.requestsPerSecond),
    ...[outcome.p50Us, outcome.p99Us, outcome.p999Us, outcome.maxUs].map(figure),
    figure(processorPercent),
    ...marks.map((mark) => figure(residentAt(samples, mark))),
    figure(Math.max(...samples.map(({ megabytes }) => megabytes))),
    figure(slopePerMinute(samples)),
  ]);
  const load = ['proxy', 'exchanges', 'lost', 'failed connections', 'requests/s'];
  const times = ['p50 µs', 'p99 µs', 'p99.9 µs', 'max µs', 'CPU %'];
  const memory = [...marks.map((mark) => `RSS MB at ${figure(mark)} min`), 'highest', 'MB/min, second half'];
  printTable(`${mode.what}, ${figure(minutes)} minutes`, [...load, ...times, ...memory], rows);
  for (const { rival, said } of soaked) {
    const last = said.split('\n').at(-1) ?? '';
    if (last !== '') console.log(`\n${rival} said at its end: ${last}`);
  }
}

/** A steady load for long: does memory stand, and is every request answered? */
export async function runSoakBench(options: BenchOptions): Promise<BenchOutcome> {
  if (residentMegabytes(process.pid) === null) {
    return { kind: 'skipped', reason: 'memory of another process is read from /proc, which is not here' };
  }
  const loadgen = await findLoadgen();
  if (!loadgen.found) {
    return { kind: 'skipped', reason: loadgen.reason };
  }
  const mode = modeOf(options.rate);
  const soaked: Soaked[] = [];
  const { value } = loadgen;
  for (const rival of await chooseRivals(options, ({ name }) => name === 'kafka-scope')) {
    soaked.push(await withRival(value, rival, (running, field) => soak(value, running, field, mode, options)));
  }
  report(mode, options.minutes, soaked);
  const broken = soaked.filter(({ outcome }) => outcome.lost > 0 || outcome.failedConnections > 0);
  if (broken.length === 0) return { kind: 'done' };
  const reasons = broken.map(
    ({ rival, outcome }) =>
      `${rival} left ${outcome.lost} requests without an answer and broke ${outcome.failedConnections} connections: ${outcome.firstFailure}`,
  );
  return { kind: 'failed', reason: reasons.join('; ') };
}
