import { findLoadgen, type LoadMode, loadModes, loadOnce } from './loadgen-process.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { processorSeconds, residentMegabytes } from './process-cost.ts';
import { type FieldKind, ProxyField, type RunningRival } from './proxy-field.ts';
import type { ProxyRival } from './proxy-rival.ts';
import { chooseRivals } from './proxy-rivals.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';

const defaultModes = ['P1', 'P16', 'F16', 'S16', 'L'];

/** Whom the others are compared with, where they run. */
const anchors = ['direct', 'haproxy', 'haproxy-256k', 'kroxylicious', 'node-pipe', 'node-onread'];

async function measure(
  loadgen: string,
  rival: RunningRival,
  mode: LoadMode,
  options: BenchOptions,
  measurements: Measurements,
): Promise<void> {
  const { pid, drawnCharacters } = rival.child;
  const drawnBefore = drawnCharacters();
  const before = processorSeconds(pid);
  const startedMs = performance.now();
  const outcome = await loadOnce(loadgen, rival.port, mode, options.seconds, options.smoke ? 0.05 : 0.3);
  const wallSeconds = (performance.now() - startedMs) / 1000;
  const after = processorSeconds(pid);
  if (outcome.requests === 0) {
    throw new Error(`${mode.name} through ${rival.name}: no request was answered`);
  }
  if (!options.smoke && drawnBefore !== null && drawnCharacters() === drawnBefore) {
    throw new Error(`${mode.name} through ${rival.name}: its screen drew nothing: ${rival.child.said()}`);
  }
  const contender = `${mode.name} ${rival.name}`;
  for (const name of ['megabytesPerSecond', 'requestsPerSecond', 'p50Us', 'p99Us'] as const) {
    measurements.add(contender, name, outcome[name]);
  }
  if (before !== null && after !== null) {
    measurements.add(contender, 'processorSecondsPerGb', (after - before) / (outcome.totalMegabytes / 1000));
    measurements.add(contender, 'processorUsPerRequest', ((after - before) * 1e6) / outcome.totalRequests);
    measurements.add(contender, 'processorPercent', ((after - before) / wallSeconds) * 100);
  }
  const resident = residentMegabytes(pid);
  if (resident !== null) {
    measurements.add(contender, 'residentMb', resident.now);
  }
}

/** Gives a just-in-time compiler its time, at full rate even where the mode is a slow one. */
async function warmUp(
  loadgen: string,
  rivals: readonly RunningRival[],
  mode: LoadMode,
  options: BenchOptions,
): Promise<void> {
  if (options.smoke) return;
  const { ratePerSecond: _, ...flatOut } = mode;
  for (const { port, warmUpSeconds } of rivals) {
    if (warmUpSeconds > 0) await loadOnce(loadgen, port, flatOut, warmUpSeconds, 0);
  }
}

function report(mode: LoadMode, rivals: readonly RunningRival[], measurements: Measurements): void {
  const median = (rival: string, name: string): number =>
    spreadOf(measurements.of(`${mode.name} ${rival}`, name)).median;
  const unit = { megabytesPerSecond: 'MB/s', requestsPerSecond: 'requests/s', p50Us: 'p50 µs' }[mode.measure];
  const ratio = (rival: string, to: string): string => figure(median(rival, mode.measure) / median(to, mode.measure));
  const present = anchors.filter((anchor) => rivals.some(({ name }) => name === anchor));
  const rows = rivals.map(({ name }) => {
    const spread = spreadOf(measurements.of(`${mode.name} ${name}`, mode.measure));
    return [
      name,
      figure(spread.median),
      range(spread),
      ...present.map((anchor) => ratio(name, anchor)),
      figure(median(name, 'processorSecondsPerGb')),
      figure(median(name, 'processorUsPerRequest')),
      figure(median(name, 'processorPercent')),
      figure(median(name, 'residentMb')),
      figure(median(name, 'p99Us')),
      String(spread.count),
    ];
  });
  const ratios = present.map((name) => `to ${name}`);
  const costs = ['CPU s/GB', 'CPU µs/request', 'CPU %', 'RSS MB', 'p99 µs', 'n'];
  printTable(`${mode.name}: ${mode.what}`, ['proxy', unit, 'min..max', ...ratios, ...costs], rows);
}

/** The different fields that the modes need. */
function kindsOf(modes: readonly LoadMode[]): FieldKind[] {
  const kinds: FieldKind[] = [];
  for (const { tls = false, endpoints = false } of modes) {
    if (!kinds.some((kind) => kind.tls === tls && kind.endpoints === endpoints)) kinds.push({ tls, endpoints });
  }
  return kinds;
}

async function runField(
  loadgen: string,
  rivals: readonly ProxyRival[],
  kind: FieldKind,
  modes: readonly LoadMode[],
  options: BenchOptions,
): Promise<void> {
  const field = new ProxyField();
  const measurements = new Measurements();
  try {
    await field.start(loadgen, rivals, kind);
    for (const mode of modes) {
      if ((mode.tls ?? false) !== kind.tls || (mode.endpoints ?? false) !== kind.endpoints) continue;
      await warmUp(loadgen, field.rivals, mode, options);
      await interleave(field.rivals, options.rounds, (rival) => measure(loadgen, rival, mode, options, measurements));
      report(mode, field.rivals, measurements);
    }
  } finally {
    await field.stop();
  }
}

/** Throughput, latency, processor and memory of the proxy beside those of others, in front of a canned server. */
export async function runProxyBench(options: BenchOptions): Promise<BenchOutcome> {
  const loadgen = await findLoadgen();
  if (!loadgen.found) {
    return { kind: 'skipped', reason: loadgen.reason };
  }
  const wanted = options.modes.length > 0 ? options.modes : defaultModes;
  const modes = loadModes.filter((mode) => wanted.includes(mode.name));
  const rivals = await chooseRivals(options, ({ byDefault }) => byDefault);
  for (const kind of kindsOf(modes)) await runField(loadgen.value, rivals, kind, modes, options);
  console.log(
    '\nCPU is the proxy process alone (for `direct` the server). All processes share the machine: compare ratios.',
  );
  return { kind: 'done' };
}
