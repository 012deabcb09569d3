/**
 * `npm run bench`: figures beside those of rivals on the same machine in the same minutes.
 *
 *   node bench/run.ts [proxy|decode|capture|stream|startup|memory …] [--rounds N] [--seconds S] [--rivals a,b] [--modes P1,L] [--smoke]
 *   node bench/run.ts soak [--minutes M] [--rate R] [--rivals a,b]
 *   node bench/run.ts idle [--connections N] [--rivals a,b]
 *
 * Without a name every bench runs but soak and idle, which take long or much. --smoke runs each once with tiny sizes and asserts only that it works.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endWithChildren } from '../test/kafka/process.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';

interface Bench {
  readonly name: string;
  /** Loaded on use: a bench whose parts are broken must not stop the others. */
  readonly load: () => Promise<(options: BenchOptions) => Promise<BenchOutcome>>;
  /** Runs the built program, so dist must be there. */
  readonly needsBuild: boolean;
  /** Not among all benches, but for --smoke. */
  readonly onlyByName?: boolean;
}

const benches: readonly Bench[] = [
  { name: 'decode', needsBuild: false, load: async () => (await import('./decode-bench.ts')).runDecodeBench },
  { name: 'capture', needsBuild: true, load: async () => (await import('./capture-bench.ts')).runCaptureBench },
  { name: 'memory', needsBuild: false, load: async () => (await import('./memory-bench.ts')).runMemoryBench },
  { name: 'stream', needsBuild: true, load: async () => (await import('./stream-bench.ts')).runStreamBench },
  { name: 'startup', needsBuild: true, load: async () => (await import('./startup-bench.ts')).runStartupBench },
  { name: 'proxy', needsBuild: true, load: async () => (await import('./proxy-bench.ts')).runProxyBench },
  {
    name: 'soak',
    needsBuild: true,
    onlyByName: true,
    load: async () => (await import('./soak-bench.ts')).runSoakBench,
  },
  {
    name: 'idle',
    needsBuild: true,
    onlyByName: true,
    load: async () => (await import('./idle-bench.ts')).runIdleBench,
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '5' },
    rate: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '9900' },
    rivals: { type: 'string', default: '' },
    modes: { type: 'string', default: '' },
    smoke: { type: 'boolean', default: false },
  },
});

const list = (text: string): string[] => text.split(',').filter((each) => each !== '');

/** A number above zero, or the end with a sentence. */
function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} wants a number above zero, not ${JSON.stringify(text)}`);
  process.exit(2);
}

const options: BenchOptions = {
  smoke: values.smoke,
  rounds: values.smoke ? 1 : Math.max(1, Number(values.rounds)),
  seconds: values.smoke ? 0.1 : Number(values.seconds),
  minutes: values.smoke ? 0.05 : positive('minutes', values.minutes),
  rate: positive('rate', values.rate),
  connections: values.smoke ? 50 : Math.floor(positive('connections', values.connections)),
  rivals: list(values.rivals),
  modes: list(values.modes),
};

async function runOne(bench: Bench): Promise<BenchOutcome> {
  if (bench.needsBuild && !existsSync(new URL('../dist/main.js', import.meta.url))) {
    return { kind: 'failed', reason: 'the program is not built: run "npm run build" first' };
  }
  try {
    return await (await bench.load())(options);
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`unknown bench ${unknown.join(', ')}; known: ${benches.map((bench) => bench.name).join(', ')}`);
  process.exit(2);
}
endWithChildren(() => {});
const counts = { done: 0, failed: 0, skipped: 0 };
for (const bench of benches) {
  const isAmongAll = positionals.length === 0 && (values.smoke || bench.onlyByName !== true);
  if (isAmongAll || positionals.includes(bench.name)) {
    console.log(`\n## ${bench.name}`);
    const outcome = await runOne(bench);
    counts[outcome.kind] += 1;
    console.log(outcome.kind === 'done' ? `\nok ${bench.name}` : `\n${outcome.kind} ${bench.name}: ${outcome.reason}`);
  }
}
console.log(
  `${counts.done} passed, ${counts.failed} failed${counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`}`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;
