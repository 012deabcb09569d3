import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, clientsWith, createTopics, runLimited, secondsSince } from './bench.ts';
import type { Cell, CellResult } from './cells.ts';
import { javaSettings, librdkafkaSettings, type Settings } from './client-settings.ts';
import { abilities } from './clients.ts';
import { type DriverCommand, runCells } from './drivers.ts';
import { type CellSeen, checkCell, checkMatrixProxy, type MatrixProxy, printMatrix } from './matrix-checks.ts';
import { type MatrixColumn, matrixColumns, type ProxySetup } from './matrix-columns.ts';
import { runCommand } from './process.ts';
import { launcher, ProxyProcess } from './proxy-process.ts';
import { type ClientAbilities, makeRecords } from './scenario.ts';
import { type ClientSecurity, listenerNames } from './security.ts';
import { checkSockets, SocketWatch } from './socket-watch.ts';
import { upstreamLoginColumns } from './upstream-login-columns.ts';

const recordsPerCell = 40;
const partitions = 3;
/** Clients at work at once: more would only make them wait for the processors. */
const clientsAtOnce = 2;

type Way = 'direct' | 'proxied';

function abilitiesOf(client: string): ClientAbilities {
  const known: Readonly<Record<string, ClientAbilities>> = abilities;
  const found = known[client.replace(/^java-.*/, 'java')];
  if (found === undefined) {
    throw new Error(`what ${client} can do is not known`);
  }
  return found;
}

function settingsOf(client: string, security: ClientSecurity): Settings {
  return client.startsWith('java') ? javaSettings(security) : librdkafkaSettings(security);
}

/** Codecs and group protocols take turns, so that every one meets some kind of listener. */
function makeCell(client: string, column: MatrixColumn, index: number, way: Way, bootstrap: string): Cell {
  const can = abilitiesOf(client);
  const security = column[way];
  const id = `ks-cell-${client}-${index}-${way}`;
  return {
    name: column.name,
    bootstrap,
    clientId: id,
    topic: id,
    groupId: id,
    groupProtocol: can.groupProtocols[index % can.groupProtocols.length] ?? 'classic',
    codec: can.codecs[index % can.codecs.length] ?? 'none',
    records: makeRecords(`${client}-${index}`, recordsPerCell, can),
    security,
    settings: { ...settingsOf(client, security), ...column.settings },
  };
}

/** The authority of --tls-auto, made and read the way users do. */
async function makeAutoCa(directory: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const printed = await runCommand(process.execPath, [launcher, 'ca'], { timeoutMs: 30_000, env: environment });
  if (printed.code !== 0) {
    throw new Error(`kafka-scope ca ended with ${printed.code}: ${printed.stderr.slice(-400)}`);
  }
  const file = join(directory, 'auto-ca.pem');
  writeFileSync(file, printed.stdout);
  return file;
}

/** A run of the matrix. */
export interface Matrix {
  /** The part of the suite it is. */
  readonly part: string;
  readonly bench: Bench;
  readonly columns: readonly MatrixColumn[];
  readonly clients: readonly (readonly [string, DriverCommand])[];
  /** By which name of loopback clients come to the brokers and to the proxy. */
  readonly host: string;
}

/** Does the cells of every client over one way; the results by client and column. */
async function runWay(
  matrix: Matrix,
  way: Way,
  bootstrapOf: (setup: ProxySetup) => string,
): Promise<Map<string, Map<string, CellSeen>>> {
  const { bench, columns, clients, host } = matrix;
  const seen = new Map<string, Map<string, CellSeen>>();
  const work = clients.map(([client, driver]) => async (): Promise<void> => {
    const startedMs = performance.now();
    const cells = columns.map((column, index) =>
      makeCell(client, column, index, way, bootstrapOf(column.setup).replaceAll('127.0.0.1', host)),
    );
    const { results, failure } = await runCells(
      driver,
      { client, cells },
      `${matrix.part}-${client}-${way}`,
      bench.directory,
    );
    bench.reporter.note(`${client} ${way}: ${results.size} listeners in ${secondsSince(startedMs)} s`);
    const ofClient = new Map<string, CellSeen>();
    for (const cell of cells) {
      const result: CellResult | null = results.get(cell.name) ?? null;
      ofClient.set(cell.name, { cell, result, failure });
    }
    seen.set(client, ofClient);
  });
  await runLimited(clientsAtOnce, work);
  return seen;
}

async function startProxies(matrix: Matrix, environment: NodeJS.ProcessEnv): Promise<Map<string, MatrixProxy>> {
  const proxies = new Map<string, MatrixProxy>();
  for (const { setup } of matrix.columns) {
    if (!proxies.has(setup.name)) {
      const upstream = matrix.bench.cluster.bootstrap(setup.listener);
      proxies.set(setup.name, {
        setup,
        proxy: await ProxyProcess.start(upstream, setup.flags, environment),
        exitCode: null,
      });
    }
  }
  return proxies;
}

/** Every client over every kind of listener, without and then through the proxy. */
export async function runListenerMatrix(bench: Bench, direct: boolean): Promise<void> {
  const { directory } = bench;
  const environment = { ...process.env, XDG_STATE_HOME: join(directory, 'state') };
  const columns = [
    ...matrixColumns(bench.certificates, await makeAutoCa(directory, environment)),
    ...upstreamLoginColumns(bench.certificates, directory),
  ];
  const clients = clientsWith(bench, 'cells');
  await runMatrix({ part: 'listeners', bench, columns, clients, host: '127.0.0.1' }, direct, environment);
}

/**
 * The clients of a matrix over its columns, without and then through the proxy. A cell writes a few records and reads
 * them back as a group; the same bytes must come, and the proxy must have seen who it was.
 */
export async function runMatrix(matrix: Matrix, direct: boolean, environment = process.env): Promise<void> {
  const { part, bench, columns } = matrix;
  const { reporter, cluster, directory } = bench;
  const ways: readonly Way[] = direct ? ['direct'] : ['direct', 'proxied'];
  const topics = ways.flatMap((way) =>
    matrix.clients.flatMap(([client]) => columns.map((_, index) => `ks-cell-${client}-${index}-${way}`)),
  );
  // One replica: each broker leads one partition, so that every client must reach all three, and starting is quick.
  await createTopics(
    bench,
    topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
  );
  const reference = await runWay(matrix, 'direct', (setup) => cluster.bootstrap(setup.listener));
  if (direct) {
    printMatrix(reporter, columns, reference, new Map());
    return;
  }
  const proxies = await startProxies(matrix, environment);
  const ports = cluster.ports(listenerNames);
  const watch = SocketWatch.start(
    ports,
    [...proxies.values()].map((each) => each.proxy.pid),
  );
  let proxied: Awaited<ReturnType<typeof runWay>>;
  try {
    proxied = await runWay(matrix, 'proxied', (setup) => proxies.get(setup.name)?.proxy.listening ?? '');
  } finally {
    for (const [name, each] of proxies) {
      each.exitCode = await each.proxy.stop();
      each.proxy.writeOutput(directory, `${part}-${name}`);
    }
  }
  checkSockets(reporter, part, watch, ports);
  const failed = new Map<string, Set<string>>();
  for (const [client, cells] of proxied) {
    const wrong = new Set<string>();
    for (const column of columns) {
      const cell = cells.get(column.name);
      const lines = proxies.get(column.setup.name)?.proxy.lines;
      const before = reference.get(client)?.get(column.name) ?? null;
      if (cell !== undefined && lines !== undefined && !checkCell(bench, client, column, cell, before, lines, part)) {
        wrong.add(column.name);
      }
    }
    failed.set(client, wrong);
  }
  for (const each of proxies.values()) {
    checkMatrixProxy(bench, each, columns, part);
  }
  printMatrix(reporter, columns, proxied, failed);
}
