/**
 * `npm run test:kafka`: real clients against a real Kafka, without and then through the proxy.
 *
 *   node test/kafka/run.ts [--parts clients,listeners,…] [--clients java,kcat,…] [--direct] [--keep]
 *
 * --direct leaves the proxy out; --keep leaves the logs. Without a JDK and Maven it says so and skips; with
 * KAFKA_SCOPE_REQUIRE_KAFKA=1 or CI=true that is a failure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, secondsSince } from './bench.ts';
import { runBrokerCrash } from './broker-crash.ts';
import { runBulkBytes } from './bulk-bytes.ts';
import { makeCertificates } from './certificates.ts';
import { runClientSuite } from './client-suite.ts';
import { KafkaCluster } from './cluster.ts';
import { type DriverCommands, findDrivers } from './drivers.ts';
import { runKerberosLogins } from './kerberos-logins.ts';
import { runLeaderMoves } from './leader-moves.ts';
import { runListenerMatrix } from './listener-matrix.ts';
import { endWithChildren, runCommand } from './process.ts';
import { Reporter } from './reporter.ts';
import { findJava, findKafkaJars } from './toolchain.ts';

const nodeCount = 3;
const repository = fileURLToPath(new URL('../../', import.meta.url));
const reporter = new Reporter();

/** The parts of the suite, in their order: what stops brokers comes last. */
const parts: Readonly<Record<string, (bench: Bench, direct: boolean) => Promise<void>>> = {
  clients: runClientSuite,
  listeners: runListenerMatrix,
  kerberos: runKerberosLogins,
  bulk: runBulkBytes,
  moves: runLeaderMoves,
  crash: runBrokerCrash,
};

/** The clients that can run here; the others are skipped aloud. */
async function chooseDrivers(jars: string, wanted: readonly string[] | null): Promise<Map<string, DriverCommands>> {
  const found = Object.entries(await findDrivers(jars));
  const known = found.map(([client]) => client);
  const unknown = wanted?.find((client) => !known.includes(client));
  if (unknown !== undefined) {
    throw new Error(`--clients: ${unknown} is unknown; known: ${known.join(', ')}`);
  }
  const chosen = new Map<string, DriverCommands>();
  for (const [client, driver] of found) {
    if (wanted !== null && !wanted.includes(client)) {
      continue;
    }
    if (driver.found) {
      chosen.set(client, driver.value);
    } else {
      reporter.absent(client, driver.reason);
    }
  }
  return chosen;
}

function chooseParts(wanted: string | undefined): string[] {
  const chosen = wanted?.split(',') ?? Object.keys(parts);
  const unknown = chosen.find((part) => !(part in parts));
  if (unknown !== undefined) {
    throw new Error(`--parts: ${unknown} is unknown; known: ${Object.keys(parts).join(', ')}`);
  }
  return Object.keys(parts).filter((part) => chosen.includes(part));
}

async function build(): Promise<void> {
  const compiler = join(repository, 'node_modules', '.bin', 'tsc');
  const result = await runCommand(compiler, ['-p', join(repository, 'tsconfig.json')], { timeoutMs: 120_000 });
  reporter.check('the program builds', result.code === 0, result.stdout.slice(0, 600));
}

async function runParts(bench: Bench, chosen: readonly string[], direct: boolean): Promise<void> {
  for (const part of chosen) {
    const startedMs = performance.now();
    try {
      await parts[part]?.(bench, direct);
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      reporter.check(`${part}: the part ends well`, false, why);
    }
    reporter.note(`${part}: ${secondsSince(startedMs)} s in all`);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      direct: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      clients: { type: 'string' },
      parts: { type: 'string' },
    },
  });
  const chosen = chooseParts(values.parts);
  const [java, jars] = await Promise.all([findJava(), findKafkaJars()]);
  const absent = !java.found ? java.reason : !jars.found ? jars.reason : null;
  if (!java.found || !jars.found) {
    reporter.absent('everything', `a real Kafka cannot be started here: ${absent}`);
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
    const drivers = await chooseDrivers(jars.value, values.clients?.split(',') ?? null);
    const certificates = await makeCertificates(join(directory, 'certificates'));
    const startedMs = performance.now();
    cluster = await KafkaCluster.start({
      jars: jars.value,
      java: java.value,
      directory,
      nodes: nodeCount,
      certificates,
    });
    reporter.note(`${nodeCount} brokers ready in ${secondsSince(startedMs)} s`);
    const bench: Bench = { reporter, cluster, certificates, directory, drivers, java: java.value, jars: jars.value };
    await runParts(bench, chosen, values.direct);
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
process.exit(await main());
