import { type Bench, clientsWith, createTopics } from './bench.ts';
import { runDriver } from './drivers.ts';
import type { OutputLines } from './exchange-lines.ts';
import { LiveDriver } from './live-driver.ts';
import { pauseMs } from './process.ts';
import { ProxyProcess } from './proxy-process.ts';
import { checkSockets, SocketWatch } from './socket-watch.ts';
import { checkSummary } from './traffic-checks.ts';

/** The work order of a load driver. */
export interface LoadOrder {
  readonly client: string;
  readonly bootstrap: string;
  readonly clientId: string;
  readonly topic: string;
  readonly groupId: string;
  readonly partitions: number;
  /** Between two records of a partition. */
  readonly pauseMs: number;
}

/** What a load driver reports. */
export interface LoadReport {
  readonly client: string;
  readonly sent: number;
  /** The numbers acknowledged of each partition. */
  readonly acknowledged: readonly (readonly number[])[];
  /** Records whose producer gave them up. */
  readonly failed: number;
  /** Acknowledged records that were never read. */
  readonly lost: number;
  /** Longest time between two acknowledgements of one partition, and between two records read. */
  readonly ackGapMs: number;
  readonly readGapMs: number;
  readonly read: number;
}

/** What the log of each partition holds, in the order of the offsets. */
type Stored = readonly (readonly number[])[];

type Way = 'direct' | 'proxied';

const ways: readonly Way[] = ['direct', 'proxied'];
const partitions = 3;
const recordPauseMs = 10;
/** The nodes that die, one after the other. Each leads a partition of every topic. */
const victims: readonly number[] = [3, 2];
/** Longer than the brokers need to find out that one died (6 s), so that leaders move while it is gone. */
const goneMs = 9_000;
const settledMs = 4_000;
/** What kafkajs sends again after an error may be stored twice: its idempotence does not cover it. */
const writesTwice: ReadonlySet<string> = new Set(['kafkajs']);
/** What may happen when a broker dies, beside what happens anyway. */
const crashEvents: ReadonlySet<string> = new Set([
  'listener-opened',
  'upstream-reached',
  'upstream-unreachable',
  'connection-opened',
  'connection-closed',
  'connection-audit',
  'connection-failed',
  'connection-refused',
  'connection-timeout',
  'addresses-rewritten',
  'versions-capped',
  'api-versions-too-new',
  'incomplete-frame',
]);

const loadTopic = (client: string, way: Way): string => `load-${client}-${way}`;

type Reports = Readonly<Record<Way, Map<string, LoadReport>>>;

/**
 * Every client works twice at once, over the brokers' own listener and through the proxy, while brokers are killed
 * and started again: what one way suffers, the other suffers in the same moment.
 */
async function runCrashes(bench: Bench, bootstraps: Readonly<Record<Way, string>>): Promise<Reports> {
  const { reporter, cluster } = bench;
  const reports: Reports = { direct: new Map(), proxied: new Map() };
  const live = ways.flatMap((way) =>
    clientsWith(bench, 'load').map(([client, driver]) => {
      const topic = loadTopic(client, way);
      const order: LoadOrder = {
        ...{ client, bootstrap: bootstraps[way], clientId: topic, topic, groupId: topic, partitions },
        pauseMs: recordPauseMs,
      };
      return { way, driver: new LiveDriver<LoadReport>(driver, order, topic, bench.directory) };
    }),
  );
  try {
    await Promise.all(live.map(({ driver }) => driver.running()));
    for (const victim of victims) {
      await cluster.kill(victim);
      await pauseMs(goneMs);
      await cluster.restart(victim);
      await pauseMs(settledMs);
    }
    for (const { driver } of live) {
      driver.endInput();
    }
    for (const { way, driver } of live) {
      const report = await driver.report().catch((error) => reporter.note(`crash: ${String(error)}`));
      if (report !== undefined) {
        reports[way].set(report.client, report);
      }
    }
  } finally {
    await Promise.all(live.map(({ driver }) => driver.kill()));
  }
  return reports;
}

/** How often a number is smaller than one at an earlier offset, and how often one comes twice. */
function disorder(stored: Stored): { readonly backwards: number; readonly twice: number } {
  let backwards = 0;
  let twice = 0;
  for (const numbers of stored) {
    let highest = -1;
    const met = new Set<number>();
    for (const number of numbers) {
      if (met.has(number)) {
        twice += 1;
      } else if (number < highest) {
        backwards += 1;
      }
      met.add(number);
      highest = Math.max(highest, number);
    }
  }
  return { backwards, twice };
}

/** Acknowledged numbers that no partition holds where they belong. */
function missing(report: LoadReport, stored: Stored): number {
  let count = 0;
  for (const [partition, numbers] of report.acknowledged.entries()) {
    const held = new Set(stored[partition]);
    count += numbers.filter((number) => !held.has(number)).length;
  }
  return count;
}

function checkReport(bench: Bench, client: string, way: Way, report: LoadReport | undefined, stored: Stored): void {
  const name = `crash: ${client} ${way === 'direct' ? 'without' : 'through'} the proxy`;
  const { reporter } = bench;
  if (report === undefined) {
    reporter.check(`${name}: survives a broker's death and return`, false, 'it did not end well, see above');
    return;
  }
  const acknowledged = report.acknowledged.reduce((sum, each) => sum + each.length, 0);
  const gone = missing(report, stored);
  const { backwards, twice } = disorder(stored);
  reporter.check(
    `${name}: every acknowledged record is stored`,
    gone === 0 && acknowledged > 0,
    `${acknowledged} of ${report.sent} acknowledged, ${report.failed} given up, ${gone} missing; longest pause ${report.ackGapMs} ms`,
  );
  const once = !writesTwice.has(client);
  reporter.check(
    `${name}: every partition is in the order it was sent in${once ? ', nothing twice' : ''}`,
    backwards === 0 && (twice === 0 || !once),
    `${backwards} out of order, ${twice} twice`,
  );
  reporter.check(
    `${name}: its group reads every acknowledged record`,
    report.lost === 0,
    `${report.read} read, ${report.lost} not; longest pause ${report.readGapMs} ms`,
  );
}

async function checkReports(bench: Bench, reports: Reports, direct: boolean): Promise<void> {
  const numbers = bench.drivers.get('java')?.numbers;
  if (numbers === undefined) {
    bench.reporter.skip('crash: what is stored', 'the Java driver, which reads it, is not in this run');
    return;
  }
  const clients = clientsWith(bench, 'load').map(([client]) => client);
  const topics = ways.flatMap((way) => clients.map((client) => loadTopic(client, way)));
  const order = { bootstrap: bench.cluster.internalBootstrap, topics, partitions };
  const stored = await runDriver<Record<string, Stored>>(numbers, order, 'crash-stored', bench.directory);
  for (const client of clients) {
    for (const way of direct ? (['direct'] as const) : ways) {
      checkReport(bench, client, way, reports[way].get(client), stored[loadTopic(client, way)] ?? []);
    }
  }
}

function checkEvents(bench: Bench, lines: OutputLines): void {
  const counts = new Map<string, number>();
  for (const event of lines.events) {
    counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
  }
  // A broker that is killed between a client's first question and its answer is a finding, and the truth.
  const findings = lines.events.filter((event) => event.kind === 'finding');
  const isTrue = findings.every((event) => event.detail.finding === 'closed-without-answer');
  const strange = [...counts.keys()].filter((kind) => !(crashEvents.has(kind) || (kind === 'finding' && isTrue)));
  bench.reporter.check(
    'crash: the events of the proxy are those of brokers that die',
    strange.length === 0,
    `${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}${lines.events
      .filter((event) => strange.includes(event.kind))
      .map((event) => `; ${JSON.stringify(event.detail)}`)
      .join('')}`,
  );
  const failed = lines.events.filter((event) => event.kind === 'connection-failed');
  // Of the bootstrap listener, which is of no node, a connection fails only when no broker at all takes it.
  const elsewhere = failed.filter((event) => !victims.includes(Number(event.detail.nodeId)));
  bench.reporter.check(
    `crash: connections fail towards the dead brokers only (nodes ${victims.join(' and ')})`,
    failed.length > 0 && elsewhere.length === 0,
    failed.length === 0
      ? 'none failed'
      : `${failed.length} failed; ${JSON.stringify((elsewhere[0] ?? failed[0])?.detail)}`,
  );
}

/** Topics of which every broker leads a partition. */
function prepare(bench: Bench): Promise<void> {
  const topics = ways.flatMap((way) => clientsWith(bench, 'load').map(([client]) => loadTopic(client, way)));
  return createTopics(
    bench,
    topics.map((topic) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: bench.cluster.nodes.length,
      configEntries: [{ name: 'min.insync.replicas', value: '2' }],
    })),
  );
}

/** Brokers are killed under load and come back: clients must do through the proxy what they do without it. */
export async function runBrokerCrash(bench: Bench, direct: boolean): Promise<void> {
  const { reporter, cluster } = bench;
  await prepare(bench);
  const { internalBootstrap } = cluster;
  if (direct) {
    const reports = await runCrashes(bench, { direct: internalBootstrap, proxied: internalBootstrap });
    await checkReports(bench, reports, direct);
    return;
  }
  const ports = cluster.ports(['CLIENT']);
  const proxy = await ProxyProcess.start(cluster.bootstrap('CLIENT'));
  // This process asks the restarted broker whether it is ready.
  const watch = SocketWatch.start(ports, [proxy.pid, process.pid]);
  let reports: Reports;
  let exitCode: number | null;
  try {
    reports = await runCrashes(bench, { direct: internalBootstrap, proxied: proxy.listening ?? '' });
  } finally {
    exitCode = await proxy.stop();
    proxy.writeOutput(bench.directory, 'crash');
  }
  checkSockets(reporter, 'crash', watch, ports);
  await checkReports(bench, reports, direct);
  checkEvents(bench, proxy.lines);
  checkSummary(reporter, 'crash', proxy.lines);
  reporter.check('crash: SIGTERM ends the proxy with 143', exitCode === 143, `exit code ${exitCode}`);
}
