import { type Bench, clientsWith, createTopics, runLimited, secondsSince } from './bench.ts';
import { checkClientReport, checkLearnedAddresses } from './client-checks.ts';
import { abilities } from './clients.ts';
import { auditTopics, runScenario } from './drivers.ts';
import { ProxyProcess } from './proxy-process.ts';
import { readRequestLog } from './request-log.ts';
import {
  type ClientAbilities,
  contentSha256,
  type DriverReport,
  makeScenario,
  type Scenario,
  scenarioRecords,
} from './scenario.ts';
import { checkSockets, SocketWatch } from './socket-watch.ts';
import { checkAgainstBrokerLogs, checkClientTraffic, checkSummary } from './traffic-checks.ts';

const clientsAtOnce = 2;

/** One client's finished run. */
interface Finished {
  readonly scenario: Scenario;
  readonly report: DriverReport;
}

function abilitiesOf(client: string): ClientAbilities {
  const known: Readonly<Record<string, ClientAbilities>> = abilities;
  const found = known[client];
  if (found === undefined) {
    throw new Error(`what ${client} can do is not known`);
  }
  return found;
}

/** kcat cannot create topics, so they are made for it before anything is watched. */
function createTopicsOf(bench: Bench, scenario: Scenario): Promise<void> {
  const { partitions: numPartitions, replicationFactor } = scenario;
  const topics = [scenario.topic, scenario.transactionTopic];
  return createTopics(
    bench,
    topics.map((topic) => ({ topic, numPartitions, replicationFactor })),
  );
}

async function runClients(
  bench: Bench,
  run: string,
  way: string,
  bootstrap: string,
  references: ReadonlyMap<string, Finished>,
): Promise<Map<string, Finished>> {
  const { reporter } = bench;
  const finished = new Map<string, Finished>();
  const work = clientsWith(bench, 'scenario').map(([client, driver]) => async (): Promise<void> => {
    const scenario = makeScenario(abilitiesOf(client), run, bootstrap);
    const startedMs = performance.now();
    try {
      const report = await runScenario(driver, scenario, bench.directory);
      finished.set(client, { scenario, report });
      reporter.note(`${client} ${way} took ${secondsSince(startedMs)} s`);
      checkClientReport(reporter, way, scenario, report, references.get(client)?.report ?? null);
    } catch (error) {
      reporter.check(`${client} ${way}: the driver ends well`, false, String(error));
    }
  });
  await runLimited(clientsAtOnce, work);
  return finished;
}

async function runThroughProxy(bench: Bench, references: ReadonlyMap<string, Finished>): Promise<void> {
  const { reporter, cluster } = bench;
  const ports = cluster.ports(['CLIENT']);
  const proxy = await ProxyProcess.start(cluster.bootstrap('CLIENT'));
  const watch = SocketWatch.start(ports, [proxy.pid]);
  let finished: ReadonlyMap<string, Finished>;
  let exitCode: number | null;
  try {
    finished = await runClients(bench, 'proxied', 'through the proxy', proxy.listening ?? '', references);
  } finally {
    exitCode = await proxy.stop();
    proxy.writeOutput(bench.directory, 'clients');
  }
  checkSockets(reporter, 'clients', watch, ports);
  for (const { scenario, report } of finished.values()) {
    checkLearnedAddresses(reporter, scenario, report, ports);
    checkClientTraffic(reporter, scenario, report, proxy.lines);
  }
  const { requests, unreadable } = readRequestLog(cluster.requestLines(['CLIENT']));
  reporter.check("the brokers' request logs can be read", unreadable === 0, `${unreadable} unreadable lines`);
  const prefixes = [...finished.values()].map((each) => `${each.scenario.clientId}-`);
  const isOurs = (clientId: string | null): boolean => prefixes.some((prefix) => clientId?.startsWith(prefix));
  checkAgainstBrokerLogs(reporter, "the brokers' request logs", 'CLIENT', isOurs, proxy.lines, requests);
  checkSummary(reporter, 'clients', proxy.lines);
  reporter.check('clients: SIGTERM drains and ends the proxy with 143', exitCode === 143, `exit code ${exitCode}`);
  await checkStoredRecords(bench, finished);
}

/** The Java client reads, straight from the brokers, what every client wrote through the proxy. */
async function checkStoredRecords(bench: Bench, finished: ReadonlyMap<string, Finished>): Promise<void> {
  const { reporter } = bench;
  const audit = bench.drivers.get('java')?.audit;
  if (audit === undefined) {
    reporter.skip('records in the brokers are those written through the proxy', 'the Java driver is not in this run');
    return;
  }
  const topics = [...finished.values()].flatMap(({ scenario }) => [
    { topic: scenario.topic, isolation: 'read_uncommitted', records: scenarioRecords(scenario) },
    { topic: scenario.transactionTopic, isolation: 'read_committed', records: [...scenario.committed] },
  ]);
  const stored = await auditTopics(audit, bench.cluster.bootstrap('CLIENT'), topics, 'audit', bench.directory);
  for (const { topic, records } of topics) {
    const found = stored[topic];
    reporter.check(
      `${topic}: read straight from the brokers, it holds what was written through the proxy`,
      found?.read === records.length && found.contentSha256 === contentSha256(records),
      `${found?.read} records`,
    );
  }
}

/** Every client with all it can do over the plain listener, without and then through the proxy. */
export async function runClientSuite(bench: Bench, direct: boolean): Promise<void> {
  const bootstrap = bench.cluster.bootstrap('CLIENT');
  if (bench.drivers.get('kcat')?.scenario !== undefined) {
    for (const run of ['direct', 'proxied']) {
      await createTopicsOf(bench, makeScenario(abilities.kcat, run, bootstrap));
    }
  }
  const references = await runClients(bench, 'direct', 'direct', bootstrap, new Map());
  if (!direct) {
    await runThroughProxy(bench, references);
  }
}
