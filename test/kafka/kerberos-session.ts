import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, clientsWith, createTopics } from './bench.ts';
import type { LoadReport } from './broker-crash.ts';
import type { ExchangeLine } from './exchange-lines.ts';
import { type KerberosRealm, kerberosHost, kerberosSettings, realm } from './kerberos-realm.ts';
import { LiveDriver } from './live-driver.ts';
import { quietEvents } from './matrix-checks.ts';
import { pauseMs } from './process.ts';
import { ProxyProcess } from './proxy-process.ts';
import { user } from './security.ts';
import { piecesIn, TokenTap } from './token-tap.ts';
import { checkSummary } from './traffic-checks.ts';

const part = 'kerberos';
const topic = 'kerberos-session';
const partitions = 3;
/** Logins on a connection that was logged in already, after which the client may stop. */
const renewals = 3;
const renewalsTimeoutMs = 60_000;
const loginApis: readonly (string | null)[] = ['SaslHandshake', 'SaslAuthenticate'];

function renewalsIn(lines: readonly ExchangeLine[]): ExchangeLine[] {
  return lines.filter((line) => line.tags.includes('reauthentication') && line.api.name === 'SaslHandshake');
}

/**
 * A client that writes and reads for longer than its login holds: it logs in again on connections in use, and loses
 * nothing. What it sent as tokens is kept on its way to the proxy, and looked for in all that the proxy wrote.
 */
export async function checkKerberosSession(bench: Bench, kdc: KerberosRealm): Promise<void> {
  const { reporter, cluster, directory } = bench;
  const driver = clientsWith(bench, 'load')[0]?.[1];
  if (driver === undefined) return;
  await createTopics(bench, [{ topic, numPartitions: partitions, replicationFactor: 1 }]);
  const record = join(directory, 'session.pcapng');
  const flags = ['--advertise', kerberosHost, '--record', record];
  const proxy = await ProxyProcess.start(cluster.bootstrap('SASL_PLAINTEXT'), flags);
  const tap = await TokenTap.start(proxy.listening ?? '');
  const order = {
    client: 'java',
    bootstrap: tap.address.replace('127.0.0.1', kerberosHost),
    clientId: 'ks-session',
    topic,
    partitions,
    groupId: topic,
    pauseMs: 20,
    settings: { 'security.protocol': 'SASL_PLAINTEXT', ...kerberosSettings(kdc) },
  };
  const load = new LiveDriver<LoadReport>(driver, order, 'kerberos-load', directory);
  let report: LoadReport;
  let exitCode: number | null;
  try {
    await load.running();
    const deadlineMs = performance.now() + renewalsTimeoutMs;
    while (renewalsIn(proxy.lines.exchanges).length < renewals && performance.now() < deadlineMs) await pauseMs(100);
    load.endInput();
    report = await load.report();
  } finally {
    await load.kill();
    tap.stop();
    exitCode = await proxy.stop();
    proxy.writeOutput(directory, 'kerberos-session');
  }
  const acknowledged = report.acknowledged.reduce((sum, numbers) => sum + numbers.length, 0);
  reporter.check(
    `${part}: a session outlives its login, and loses nothing`,
    report.failed === 0 && report.lost === 0 && acknowledged === report.sent && report.read === report.sent,
    `${report.sent} sent, ${acknowledged} acknowledged, ${report.read} read`,
  );
  checkSessionLines(bench, proxy);
  checkNoToken(bench, proxy, tap, readFileSync(record));
  checkSummary(reporter, `${part}: the proxy of the session`, proxy.lines);
  reporter.check(`${part}: SIGTERM ends the proxy of the session with 143`, exitCode === 143, `exit code ${exitCode}`);
}

function checkSessionLines({ reporter }: Bench, { lines }: ProxyProcess): void {
  const renewed = renewalsIn(lines.exchanges);
  reporter.check(
    `${part}: it logs in again on connections in use, and the lines say so`,
    renewed.length >= renewals,
    `${renewed.length} times`,
  );
  const refused = lines.exchanges.filter((line) => loginApis.includes(line.api.name) && line.errors.length > 0);
  const astray = lines.exchanges.filter((line) => line.status !== 'answered' && line.status !== 'abandoned');
  const opaque = lines.exchanges.filter((line) => line.request?.opaque != null || line.response?.opaque != null);
  const [example] = [...refused, ...astray, ...opaque];
  reporter.check(
    `${part}: every exchange of the session is read, every login taken`,
    example === undefined,
    example === undefined
      ? `${lines.exchanges.length} exchanges`
      : `${example.seq} ${example.api.name} ${example.status}`,
  );
  const anonymous = lines.exchanges.filter(
    ({ api, connection }) =>
      api.name !== 'ApiVersions' &&
      (connection.sasl?.mechanism !== 'GSSAPI' ||
        (!loginApis.includes(api.name) && connection.principal !== `${user.name}@${realm}`)),
  );
  reporter.check(
    `${part}: the lines of the session name the mechanism and who it is`,
    anonymous.length === 0,
    anonymous
      .slice(0, 1)
      .map((line) => `${line.api.name} ${JSON.stringify(line.connection)}`)
      .join(''),
  );
  const loud = lines.events.filter((event) => !quietEvents.has(event.kind));
  reporter.check(
    `${part}: the events of the session tell of no trouble`,
    loud.length === 0,
    loud
      .slice(0, 3)
      .map((event) => `${event.kind} ${JSON.stringify(event.detail)}`)
      .join('; '),
  );
}

function checkNoToken({ reporter }: Bench, proxy: ProxyProcess, tap: TokenTap, recorded: Buffer): void {
  const { lines } = proxy;
  const pieces = tap.secretPieces();
  const said = [...lines.exchanges, ...lines.events, lines.summary].map((line) => JSON.stringify(line)).join('\n');
  const printed = Buffer.from(`${said}\n${lines.unreadable.join('\n')}\n${proxy.stderr}`);
  const inLines = piecesIn(printed, pieces);
  const inRecord = piecesIn(recorded, pieces);
  const frames = tap.tokenFrames();
  reporter.check(`${part}: tokens were seen on their way`, frames.length >= 4 && pieces.length > frames.length);
  reporter.check(
    `${part}: no piece of a token is in the lines, nor in the recording`,
    inLines.length === 0 && inRecord.length === 0 && recorded.includes('GSSAPI'),
    `${pieces.length} pieces of ${frames.length} tokens, ${inLines.length} in ${printed.length} bytes of lines, ` +
      `${inRecord.length} in ${recorded.length} bytes recorded`,
  );
}
