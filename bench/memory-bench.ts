import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import type { MemoryOutcome } from './memory-outcome.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';

const driver = fileURLToPath(new URL('./memory-driver.ts', import.meta.url));
const timeoutMs = 300_000;
const unbounded = 8 * 1024 ** 3;
const defaultHistory = 256 * 1024 ** 2;

interface MemoryCase {
  readonly name: string;
  readonly exchanges: number;
  readonly historyBytesMax: number;
  readonly kind: 'small' | 'mixed';
}

function casesFor(smoke: boolean): MemoryCase[] {
  const exchanges = smoke ? 5_000 : 1_000_000;
  const kept = smoke ? 2_000 : 100_000;
  return [
    { name: 'one-record Produce, default history', exchanges, historyBytesMax: defaultHistory, kind: 'small' },
    { name: 'mixed APIs, default history', exchanges, historyBytesMax: defaultHistory, kind: 'mixed' },
    { name: 'one-record Produce, all kept', exchanges: kept, historyBytesMax: unbounded, kind: 'small' },
    { name: 'mixed APIs, all kept', exchanges: kept, historyBytesMax: unbounded, kind: 'mixed' },
  ];
}

async function runDriver(memoryCase: MemoryCase): Promise<MemoryOutcome> {
  const { exchanges, historyBytesMax, kind } = memoryCase;
  const flags = ['--expose-gc', driver, String(exchanges), String(historyBytesMax), kind];
  const result = await runCommand(process.execPath, flags, { timeoutMs });
  if (result.code !== 0) {
    throw new Error(`${memoryCase.name}: ${result.stderr.trim().slice(-500)}`);
  }
  return JSON.parse(result.stdout) as MemoryOutcome;
}

/** Memory after many exchanges: does the history keep its bound, and what does an exchange cost beside its frames? */
export async function runMemoryBench(options: BenchOptions): Promise<BenchOutcome> {
  const cases = casesFor(options.smoke);
  const measurements = new Measurements();
  const last = new Map<string, MemoryOutcome>();
  await interleave(cases, options.smoke ? 1 : Math.min(options.rounds, 3), async (each) => {
    const outcome = await runDriver(each);
    last.set(each.name, outcome);
    const add = (measure: string, value: number): void => measurements.add(each.name, measure, value);
    const live = outcome.liveAfter - outcome.liveBefore;
    add('residentMb', outcome.residentAfter / 1e6);
    add('liveMb', live / 1e6);
    add('overheadBytes', (live - outcome.frameBytesKept) / outcome.kept);
    add('chargedBytes', (outcome.historyBytes - outcome.frameBytesKept) / outcome.kept);
    add('rate', outcome.exchangesPerSecond);
    add('cpuUs', outcome.cpuUsEach);
  });
  const rows = cases.map(({ name }) => {
    const outcome = last.get(name);
    const resident = spreadOf(measurements.of(name, 'residentMb'));
    const median = (measure: string): string => figure(spreadOf(measurements.of(name, measure)).median);
    const counts = [outcome?.exchanges, outcome?.kept].map(String);
    const memory = [figure((outcome?.historyBytes ?? Number.NaN) / 1e6), median('liveMb'), figure(resident.median)];
    const each = [median('overheadBytes'), median('chargedBytes'), median('rate'), median('cpuUs')];
    return [name, ...counts, ...memory, range(resident), ...each, String(resident.count)];
  });
  const columns = ['case', 'exchanges', 'kept', 'history MB', 'live MB', 'RSS MB', 'min..max'];
  const more = ['B an exchange beside frames', 'B charged for that', 'exchanges/s', 'CPU us each', 'n'];
  printTable('Memory (engine, metrics, history)', [...columns, ...more], rows);
  const over = [...last.values()].filter((outcome) => outcome.historyBytes > outcome.historyBytesMax);
  return over.length === 0
    ? { kind: 'done' }
    : { kind: 'failed', reason: `the history is larger than its limit in ${over.length} cases` };
}
