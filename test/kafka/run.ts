/**
 * `npm run test:kafka`: real clients against a real Kafka, without and then through the proxy.
 *
 *   node test/kafka/run.ts [--direct] [--clients java,kcat,…] [--keep]
 *
 * --direct leaves the proxy out; --keep leaves the logs. Without a JDK and Maven it says so and skips; with
 * KAFKA_SCOPE_REQUIRE_KAFKA=1 or CI=true that is a failure.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { checkClientReport, checkLearnedAddresses } from './client-checks.ts';
import { abilities } from './clients.ts';
import { KafkaCluster } from './cluster.ts';
import { auditTopics, type DriverCommand, findDrivers, runDriver } from './drivers.ts';
import { endWithChildren, runCommand } from './process.ts';
import { ProxyProcess } from './proxy-process.ts';
import { Reporter } from './reporter.ts';
import { readRequestLog } from './request-log.ts';
import {
  type ClientAbilities,
  contentSha256,
  type DriverReport,
  makeScenario,
  type Scenario,
  scenarioRecords,
} from './scenario.ts';
import { SocketWatch } from './socket-watch.ts';
import { findJava, findKafkaJars } from './toolchain.ts';
import { checkAgainstBrokerLogs, checkClientTraffic, checkSummary } from './traffic-checks.ts';

const nodeCount = 3;
const repository = fileURLToPath(new URL('../../', import.meta.url));
const reporter = new Reporter();

/** What a run needs and must give back. */
interface Bench {
  readonly cluster: KafkaCluster;
  readonly directory: string;
  readonly drivers: ReadonlyMap<string, DriverCommand>;
}

/** One client's finished run. */
interface Finished {
  readonly scenario: Scenario;
  readonly report: DriverReport;
}

/** kcat cannot create topics, so they are made for it before anything is watched; its driver waits for leaders. */
async function createTopicsFor(scenario: Scenario, bootstrap: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'runner', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const { partitions: numPartitions, replicationFactor } = scenario;
  const topics = [scenario.topic, scenario.transactionTopic];
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions, replicationFactor })),
  });
  await admin.disconnect();
}

function abilitiesOf(client: string): ClientAbilities {
  const found: ClientAbilities | undefined = Object.values(abilities).find((each) => each.client === client);
  if (found === undefined) {
    throw new Error(`--clients: ${client} is unknown; known: ${Object.keys(abilities).join(', ')}`);
  }
  return found;
}

async function runClients(
  bench: Bench,
  run: string,
  way: string,
  bootstrap: string,
  references: ReadonlyMap<string, Finished>,
): Promise<Map<string, Finished>> {
  const finished = new Map<string, Finished>();
  for (const [client, driver] of bench.drivers) {
    const scenario = makeScenario(abilitiesOf(client), run, bootstrap);
    const startedMs = performance.now();
    try {
      const report = await runDriver(driver, scenario, bench.directory);
      finished.set(client, { scenario, report });
      reporter.note(`${client} ${way} took ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
      checkClientReport(reporter, way, scenario, report, references.get(client)?.report ?? null);
    } catch (error) {
      reporter.check(`${client} ${way}: the driver ends well`, false, String(error));
    }
  }
  return finished;
}

async function runThroughProxy(bench: Bench, references: ReadonlyMap<string, Finished>): Promise<void> {
  const { cluster } = bench;
  const brokerPorts = new Set(cluster.nodes.map((node) => node.clientPort));
  const proxy = await ProxyProcess.start(cluster.bootstrap);
  const watch = SocketWatch.possible ? new SocketWatch(brokerPorts, proxy.pid) : null;
  let finished: ReadonlyMap<string, Finished>;
  let exitCode: number | null;
  try {
    finished = await runClients(bench, 'proxied', 'through the proxy', proxy.listening ?? '', references);
  } finally {
    exitCode = await proxy.stop();
    writeFileSync(join(bench.directory, 'proxy.stderr'), proxy.stderr);
    writeFileSync(
      join(bench.directory, 'proxy.ndjson'),
      [...proxy.lines.exchanges, ...proxy.lines.events, proxy.lines.summary]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
  }
  checkSockets(watch, brokerPorts);
  for (const { scenario, report } of finished.values()) {
    checkLearnedAddresses(reporter, scenario, report, brokerPorts);
    checkClientTraffic(reporter, scenario, report, proxy.lines);
  }
  const { requests, unreadable } = readRequestLog(cluster.clientRequestLines());
  reporter.check("the brokers' request logs can be read", unreadable === 0, `${unreadable} unreadable lines`);
  const scenarios = [...finished.values()].map((each) => each.scenario);
  checkAgainstBrokerLogs(reporter, scenarios, proxy.lines, requests);
  checkSummary(reporter, proxy.lines);
  reporter.check('SIGTERM drains and ends the proxy with 143', exitCode === 143, `exit code ${exitCode}`);
  await checkStoredRecords(bench, finished);
}

function checkSockets(watch: SocketWatch | null, brokerPorts: ReadonlySet<number>): void {
  const name = `only the proxy connects to the brokers' own ports (${[...brokerPorts].join(', ')})`;
  if (watch === null) {
    reporter.skip(name, 'this system has no /proc/net/tcp');
    return;
  }
  const result = watch.stop();
  const foreign = result.foreign.map((each) => `pid ${each.pid} (${each.command}) to ${each.port}`).join('; ');
  reporter.check(
    name,
    result.foreign.length === 0 && result.proxyConnections > 0,
    foreign === '' ? `${result.proxyConnections} of its connections seen in ${result.samples} samples` : foreign,
  );
}

/** The Java client reads, straight from the brokers, what every client wrote through the proxy. */
async function checkStoredRecords(bench: Bench, finished: ReadonlyMap<string, Finished>): Promise<void> {
  const java = bench.drivers.get('java');
  if (java === undefined) {
    reporter.skip('records in the brokers are those written through the proxy', 'the Java driver is not in this run');
    return;
  }
  const topics = [...finished.values()].flatMap(({ scenario }) => [
    { topic: scenario.topic, isolation: 'read_uncommitted', records: scenarioRecords(scenario) },
    { topic: scenario.transactionTopic, isolation: 'read_committed', records: [...scenario.committed] },
  ]);
  const stored = await auditTopics(java, bench.cluster.bootstrap, topics, bench.directory);
  for (const { topic, records } of topics) {
    const found = stored[topic];
    reporter.check(
      `${topic}: read straight from the brokers, it holds what was written through the proxy`,
      found?.read === records.length && found.contentSha256 === contentSha256(records),
      `${found?.read} records`,
    );
  }
}

/** The drivers that can run here; the others are skipped aloud. */
async function chooseDrivers(jars: string, wanted: readonly string[]): Promise<Map<string, DriverCommand>> {
  const chosen = new Map<string, DriverCommand>();
  for (const [client, driver] of Object.entries(await findDrivers(jars))) {
    if (!wanted.includes(client)) {
      continue;
    }
    if (driver.found) {
      chosen.set(client, driver.value);
    } else if (mustRun()) {
      reporter.check(`${client} is here`, false, driver.reason);
    } else {
      reporter.skip(client, driver.reason);
    }
  }
  return chosen;
}

function mustRun(): boolean {
  return process.env.KAFKA_SCOPE_REQUIRE_KAFKA === '1' || process.env.CI === 'true';
}

async function build(): Promise<void> {
  const compiler = join(repository, 'node_modules', '.bin', 'tsc');
  const result = await runCommand(compiler, ['-p', join(repository, 'tsconfig.json')], { timeoutMs: 120_000 });
  reporter.check('the program builds', result.code === 0, result.stdout.slice(0, 600));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      direct: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      clients: { type: 'string', default: Object.keys(abilities).join(',') },
    },
  });
  const [java, jars] = await Promise.all([findJava(), findKafkaJars()]);
  const absent = !java.found ? java.reason : !jars.found ? jars.reason : null;
  if (!java.found || !jars.found) {
    const sentence = `a real Kafka cannot be started here: ${absent}`;
    if (mustRun()) {
      reporter.check('a real Kafka can be started', false, sentence);
    } else {
      reporter.skip('everything', sentence);
    }
    return reporter.finish();
  }
  const directory = mkdtempSync(join(tmpdir(), 'kafka-scope-test-'));
  let cluster: KafkaCluster | null = null;
  endWithChildren(() => {
    if (!values.keep) {
      rmSync(directory, { recursive: true, force: true });
    }
  });
  try {
    if (!values.direct) {
      await build();
    }
    const drivers = await chooseDrivers(jars.value, values.clients.split(','));
    const startedMs = performance.now();
    cluster = await KafkaCluster.start({ jars: jars.value, java: java.value, directory, nodes: nodeCount });
    reporter.note(`${nodeCount} brokers ready in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    const bench: Bench = { cluster, directory, drivers };
    if (drivers.has('kcat')) {
      for (const run of ['direct', 'proxied']) {
        await createTopicsFor(makeScenario(abilities.kcat, run, cluster.bootstrap), cluster.bootstrap);
      }
    }
    const references = await runClients(bench, 'direct', 'direct', cluster.bootstrap, new Map());
    if (!values.direct && reporter.clean) {
      await runThroughProxy(bench, references);
    }
  } catch (error) {
    reporter.check('the run ends well', false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await cluster?.stopNow();
    if (values.keep) {
      reporter.note(`logs are in ${directory}`);
    }
  }
  return reporter.finish();
}

// kafkajs 2.2.4 computes a negative timeout, which newer Node versions warn about; every other warning is shown.
process.removeAllListeners('warning').on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') {
    console.error(`${warning.name}: ${warning.message}`);
  }
});
process.exitCode = await main();
