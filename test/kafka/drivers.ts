import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './process.ts';
import type { DriverReport, Scenario } from './scenario.ts';
import { type Found, findConfluentPython, findJavaDriver, findKcat } from './toolchain.ts';

const driverTimeoutMs = 120_000;
const folder = fileURLToPath(new URL('./drivers/', import.meta.url));
const quickJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx256m'];

/** The command that runs a client's driver; the work order's path is appended. */
export interface DriverCommand {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** How each client is started here, or why it cannot be. */
export async function findDrivers(jars: string): Promise<Record<string, Found<DriverCommand>>> {
  const [java, python, kcat] = await Promise.all([findJavaDriver(jars), findConfluentPython(), findKcat()]);
  const node = (file: string): Found<DriverCommand> => ({
    found: true,
    value: { command: process.execPath, arguments: ['--disable-warning=TimeoutNegativeWarning', join(folder, file)] },
  });
  return {
    java: java.found
      ? {
          found: true,
          value: { command: 'java', arguments: [...quickJvm, '-cp', java.value, 'JavaDriver'] },
        }
      : java,
    confluent: python.found
      ? { found: true, value: { command: python.value, arguments: [join(folder, 'confluent_driver.py')] } }
      : python,
    kcat: kcat.found ? node('kcat.ts') : kcat,
    kafkajs: node('kafkajs.ts'),
    platformatic: node('platformatic.ts'),
  };
}

/** Runs one driver to its end; the error of a failed one is its own last words. */
export async function runDriver(driver: DriverCommand, scenario: Scenario, directory: string): Promise<DriverReport> {
  const order = join(directory, `${scenario.clientId}.json`);
  writeFileSync(order, JSON.stringify(scenario));
  const result = await runCommand(driver.command, [...driver.arguments, order], { timeoutMs: driverTimeoutMs });
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  if (result.code !== 0 || !last.startsWith('{')) {
    const how = result.timedOut ? `did not end within ${driverTimeoutMs} ms` : `ended with ${result.code}`;
    throw new Error(`the ${scenario.client} driver ${how}: ${result.stderr.trim().slice(-1500)}`);
  }
  return JSON.parse(last) as DriverReport;
}

/** What the Java client reads of topics, straight from the brokers. */
export async function auditTopics(
  driver: DriverCommand,
  bootstrap: string,
  topics: readonly { readonly topic: string; readonly isolation: string }[],
  directory: string,
): Promise<Record<string, { readonly read: number; readonly contentSha256: string }>> {
  const order = join(directory, 'audit.json');
  writeFileSync(order, JSON.stringify({ bootstrap, topics }));
  const audit = await runCommand(driver.command, [...driver.arguments, 'audit', order], { timeoutMs: driverTimeoutMs });
  if (audit.code !== 0) {
    throw new Error(`the audit ended with ${audit.code}: ${audit.stderr.trim().slice(-800)}`);
  }
  return JSON.parse(audit.stdout.trimEnd().split('\n').at(-1) ?? '{}');
}
