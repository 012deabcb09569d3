import { type Bench, clientsWith, createTopics } from './bench.ts';
import type { BulkOrder, BulkReport } from './bulk-bytes.ts';
import { runDriver } from './drivers.ts';
import type { OutputLines } from './exchange-lines.ts';
import { LiveDriver } from './live-driver.ts';
import { ProxyProcess } from './proxy-process.ts';
import { readRequestLog } from './request-log.ts';
import { checkSockets, SocketWatch } from './socket-watch.ts';
import { checkAgainstBrokerLogs, checkSummary } from './traffic-checks.ts';

/** The work order of a driver that reads a topic again and again. */
export interface RereadOrder {
  readonly client: string;
  readonly bootstrap: string;
  readonly clientId: string;
  readonly topic: string;
  readonly partitions: number;
  readonly recordsPerPartition: number;
}

/** What it reports: `hashes` has one entry a pass. */
export interface RereadReport {
  readonly client: string;
  readonly passes: number;
  readonly records: number;
  readonly bytes: number;
  readonly hashes: readonly string[];
}

const topic = 'moves';
const partitions = 9;
const recordsPerPartition = 400;
const valueBytes = 10_240;
const moves = 45;
const movePauseMs = 150;
/** From this size on the proxy no longer holds a Fetch response to rewrite it (src/proxy/held-bytes.ts). */
const heldBytesMax = 256 * 1024;

/** The work order of the Java driver that moves leaders. */
export interface MovesOrder {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly moves: number;
  readonly pauseMs: number;
}

/** Whether a body of a Fetch response names brokers. */
function namesBrokers(body: unknown): boolean {
  const { nodeEndpoints } = (body ?? {}) as { readonly nodeEndpoints?: readonly unknown[] };
  return (nodeEndpoints?.length ?? 0) > 0;
}

/**
 * The lines show what the brokers sent, before it was changed, and their bodies are compared with the brokers' own
 * logs elsewhere: so they say which responses named brokers, and the events must say what was done with each.
 */
function checkHidden(bench: Bench, lines: OutputLines): void {
  const { reporter } = bench;
  const naming = lines.exchanges.filter(
    (exchange) => exchange.api.name === 'Fetch' && namesBrokers(exchange.response?.body),
  );
  const large = naming.filter((exchange) => (exchange.response?.sizeBytes ?? 0) + 4 > heldBytesMax);
  const byClient = new Map<string, number>();
  for (const { client } of large) {
    byClient.set(client.id ?? '?', (byClient.get(client.id ?? '?') ?? 0) + 1);
  }
  // A response that its client hung up on may have been changed, too, and has no line of its own.
  const abandoned = lines.exchanges.filter(
    (exchange) => exchange.api.name === 'Fetch' && exchange.status === 'abandoned',
  ).length;
  // One event may stand for many responses: it says for how many.
  const events = (kind: string): number =>
    lines.events
      .filter((event) => event.kind === kind && event.detail.api === 'Fetch')
      .reduce((sum, event) => sum + Number(event.detail.times ?? 1), 0);
  const hidden = events('addresses-hidden');
  reporter.check(
    'moves: in every large Fetch response that names brokers the proxy hides the names while it streams',
    hidden >= large.length && hidden <= large.length + abandoned,
    `${large.length} such responses, ${hidden} hidden, ${abandoned} abandoned`,
  );
  for (const [client] of clientsWith(bench, 'reread')) {
    const count = byClient.get(`moves-${client}`) ?? 0;
    reporter.check(`moves: ${client} got such responses and came through`, count > 0, `${count} of them`);
  }
  const small = naming.length - large.length;
  const rewritten = events('addresses-rewritten');
  reporter.check(
    'moves: in every smaller one it rewrites them',
    rewritten >= small && rewritten <= small + abandoned,
    `${small} such responses, ${rewritten} rewritten`,
  );
}

function checkReread(bench: Bench, client: string, report: RereadReport | undefined, sha256: string): void {
  const wrong = report?.hashes.filter((hash) => hash !== sha256).length ?? 0;
  bench.reporter.check(
    `moves: ${client} reads every record, in order, however leaders move`,
    report !== undefined && report.passes > 0 && wrong === 0,
    report === undefined
      ? 'it did not end well, see above'
      : `${report.passes} passes, ${report.records} records, ${report.bytes} bytes hashed, ${wrong} passes differ`,
  );
}

/** Leaders move while every client fetches megabytes at a time: nobody may be led past the proxy (KIP-951). */
export async function runLeaderMoves(bench: Bench, direct: boolean): Promise<void> {
  const { reporter, cluster, directory } = bench;
  const bulk = bench.drivers.get('java')?.bulk;
  const mover = bench.drivers.get('java')?.moves;
  if (bulk === undefined || mover === undefined || direct) {
    reporter.skip(
      'moves',
      direct ? 'it is about the proxy only' : 'the Java driver, which moves leaders, is not in this run',
    );
    return;
  }
  await createTopics(bench, [{ topic, numPartitions: partitions, replicationFactor: cluster.nodes.length }]);
  const fill: BulkOrder = {
    bootstrap: cluster.internalBootstrap,
    clientId: 'filler',
    topic,
    partitions,
    recordsPerPartition,
    valueBytes,
    write: true,
  };
  const filled = await runDriver<BulkReport>(bulk, fill, 'moves-fill', directory);
  const ports = cluster.ports(['CLIENT']);
  const proxy = await ProxyProcess.start(cluster.bootstrap('CLIENT'));
  const watch = SocketWatch.start(ports, [proxy.pid]);
  const reports = new Map<string, RereadReport>();
  let exitCode: number | null = null;
  let moved = 0;
  const clients = clientsWith(bench, 'reread');
  const live = clients.map(([client, driver]) => {
    const clientId = `moves-${client}`;
    const bootstrap = proxy.listening ?? '';
    const order: RereadOrder = { client, bootstrap, clientId, topic, partitions, recordsPerPartition };
    return new LiveDriver<RereadReport>(driver, order, clientId, directory);
  });
  try {
    await Promise.all(live.map((driver) => driver.running()));
    const bootstrap = cluster.internalBootstrap;
    const order: MovesOrder = { bootstrap, topic, partitions, moves, pauseMs: movePauseMs };
    moved = (await runDriver<{ readonly moved: number }>(mover, order, 'moves-order', directory)).moved;
    for (const driver of live) {
      driver.endInput();
    }
    for (const driver of live) {
      const report = await driver.report().catch((error) => reporter.note(`moves: ${String(error)}`));
      if (report !== undefined) {
        reports.set(report.client, report);
      }
    }
  } finally {
    await Promise.all(live.map((driver) => driver.kill()));
    exitCode = await proxy.stop();
    proxy.writeOutput(directory, 'moves');
  }
  reporter.check('moves: leaders move while the clients read', moved === moves, `${moved} of ${moves} moved`);
  checkSockets(reporter, 'moves', watch, ports);
  for (const [client] of clients) {
    checkReread(bench, client, reports.get(client), filled.sha256);
  }
  const { requests } = readRequestLog(cluster.requestLines(['CLIENT']));
  const isOurs = (clientId: string | null): boolean => clientId?.startsWith('moves-') ?? false;
  checkHidden(bench, proxy.lines);
  checkAgainstBrokerLogs(reporter, 'moves', 'CLIENT', isOurs, proxy.lines, requests);
  checkSummary(reporter, 'moves', proxy.lines);
  reporter.check('moves: SIGTERM ends the proxy with 143', exitCode === 143, `exit code ${exitCode}`);
}
