import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellResult, CellsOrder } from './cells.ts';
import { type CommandResult, runCommand } from './process.ts';
import type { DriverReport, Scenario } from './scenario.ts';
import {
  type Found,
  findConfluentPython,
  findFranzGoDriver,
  findJavaClasses,
  findKcat,
  findNewerClient,
  findNewerLibrdkafka,
} from './toolchain.ts';

const driverTimeoutMs = 300_000;
const cellsTimeoutMs = 420_000;
const folder = fileURLToPath(new URL('./drivers/', import.meta.url));
const quickJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The kinds of work there are drivers for; no client has all of them. */
export type Task = 'scenario' | 'audit' | 'cells' | 'load' | 'reread' | 'moves' | 'bulk' | 'numbers';

/** The command that does one kind of work; the work order's path is appended. */
export interface DriverCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What one client can be asked to do here. */
export type DriverCommands = Readonly<Partial<Record<Task, DriverCommand>>>;

function javaCommands(classPath: string): Required<DriverCommands> {
  const run = (main: string, ...flags: readonly string[]): DriverCommand => ({
    command: 'java',
    arguments: [...flags, '-cp', classPath, ...main.split(' ')],
  });
  return {
    scenario: run('JavaDriver', ...quickJvm, '-Xmx256m'),
    audit: run('JavaDriver audit', ...quickJvm, '-Xmx256m'),
    cells: run('JavaCells', ...quickJvm, '-Xmx128m'),
    load: run('JavaLoad', ...quickJvm, '-Xmx192m'),
    reread: run('JavaReread', ...quickJvm, '-Xmx384m'),
    numbers: run('JavaNumbers', ...quickJvm, '-Xmx192m'),
    moves: run('JavaMoves', ...quickJvm, '-Xmx128m'),
    // SHA-256 over gigabytes wants the processor's own instructions, which only the second compiler uses.
    bulk: run('JavaBulk', '-XX:+UseParallelGC', '-Xmx512m'),
  };
}

function nodeCommand(file: string, environment?: Readonly<Record<string, string>>): DriverCommand {
  return {
    command: process.execPath,
    arguments: ['--disable-warning=TimeoutNegativeWarning', join(folder, file)],
    ...(environment === undefined ? {} : { environment }),
  };
}

const found = (value: DriverCommands): Found<DriverCommands> => ({ found: true, value });

async function findJavaClients(jars: string): Promise<Record<string, Found<DriverCommands>>> {
  const [classes, newer] = await Promise.all([findJavaClasses(jars), findNewerClient()]);
  if (!classes.found) {
    return { java: classes, 'java-4.4': classes };
  }
  const common = `${classes.value}:${join(jars, '*')}`;
  if (!newer.found) {
    return { java: found(javaCommands(common)), 'java-4.4': newer };
  }
  const { cells, reread } = javaCommands(`${newer.value}:${common}`);
  return { java: found(javaCommands(common)), 'java-4.4': found({ cells, reread }) };
}

function kcatCommands(python: Found<string>): DriverCommands {
  const library = python.found ? findNewerLibrdkafka(python.value) : python;
  const scenario = nodeCommand('kcat.ts');
  // Without the newer library SCRAM fails, and the cell says so.
  return { scenario, cells: nodeCommand('kcat-cells.ts', library.found ? { LD_LIBRARY_PATH: library.value } : {}) };
}

/** How each client is started here, or why it cannot be. */
export async function findDrivers(jars: string): Promise<Record<string, Found<DriverCommands>>> {
  const [java, python, kcat, franzGo] = await Promise.all([
    findJavaClients(jars),
    findConfluentPython(),
    findKcat(),
    findFranzGoDriver(),
  ]);
  const pythonCommand = (program: string, file: string): DriverCommand => ({
    command: program,
    arguments: [join(folder, file)],
  });
  return {
    ...java,
    confluent: python.found
      ? found({
          scenario: pythonCommand(python.value, 'confluent_driver.py'),
          cells: pythonCommand(python.value, 'confluent_cells.py'),
          load: pythonCommand(python.value, 'confluent_load.py'),
          reread: pythonCommand(python.value, 'confluent_reread.py'),
        })
      : python,
    kcat: kcat.found ? found(kcatCommands(python)) : kcat,
    kafkajs: found({
      scenario: nodeCommand('kafkajs.ts'),
      cells: nodeCommand('kafkajs-cells.ts'),
      load: nodeCommand('kafkajs-load.ts'),
    }),
    platformatic: found({ scenario: nodeCommand('platformatic.ts'), cells: nodeCommand('platformatic-cells.ts') }),
    'franz-go': franzGo.found ? found({ reread: { command: franzGo.value, arguments: [] } }) : franzGo,
  };
}

/** Writes the order and runs a driver on it to its end, however it ends. */
function runOrder(
  driver: DriverCommand,
  order: object,
  name: string,
  directory: string,
  timeoutMs: number,
): Promise<CommandResult> {
  const file = join(directory, `${name}.json`);
  writeFileSync(file, JSON.stringify(order), { mode: 0o600 });
  return runCommand(driver.command, [...driver.arguments, file], {
    timeoutMs,
    env: { ...process.env, ...driver.environment },
  });
}

/** Runs a driver that prints one JSON object at its end; the error of a failed one is its own last words. */
export async function runDriver<Report>(
  driver: DriverCommand,
  order: object,
  name: string,
  directory: string,
): Promise<Report> {
  const result = await runOrder(driver, order, name, directory, driverTimeoutMs);
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  if (result.code !== 0 || !last.startsWith('{')) {
    const how = result.timedOut ? `did not end within ${driverTimeoutMs} ms` : `ended with ${result.code}`;
    throw new Error(`the driver of ${name} ${how}: ${result.stderr.trim().slice(-1500)}`);
  }
  return JSON.parse(last) as Report;
}

/** Runs the scenario of one client. */
export function runScenario(driver: DriverCommand, scenario: Scenario, directory: string): Promise<DriverReport> {
  return runDriver(driver, scenario, scenario.clientId, directory);
}

/** Runs the cells of one client. What it did before it failed counts; a cell it did not get to is not in the result. */
export async function runCells(
  driver: DriverCommand,
  order: CellsOrder,
  name: string,
  directory: string,
): Promise<{ readonly results: ReadonlyMap<string, CellResult>; readonly failure: string | null }> {
  const run = await runOrder(driver, order, name, directory, cellsTimeoutMs);
  const results = new Map<string, CellResult>();
  for (const line of run.stdout.split('\n').filter((each) => each.startsWith('{'))) {
    const result = JSON.parse(line) as CellResult;
    results.set(result.name, result);
  }
  const how = run.timedOut ? `did not end within ${cellsTimeoutMs} ms` : `ended with ${run.code}`;
  return { results, failure: run.code === 0 ? null : `${how}: ${run.stderr.trim().slice(-600)}` };
}

/** What the Java client reads of topics, straight from the brokers. */
export function auditTopics(
  driver: DriverCommand,
  bootstrap: string,
  topics: readonly { readonly topic: string; readonly isolation: string }[],
  name: string,
  directory: string,
): Promise<Record<string, { readonly read: number; readonly contentSha256: string }>> {
  return runDriver(driver, { bootstrap, topics }, name, directory);
}
