import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';
import { type KerberosRealm, kerberosHost, realm } from './kerberos-realm.ts';
import { quietEvents } from './matrix-checks.ts';
import { runCommand } from './process.ts';
import { ProxyProcess } from './proxy-process.ts';
import { user } from './security.ts';

const part = 'kerberos';
const principal = `${user.name}@${realm}`;
const loginTimeoutMs = 60_000;
const program = fileURLToPath(new URL('./kerberos/RawLogin.java', import.meta.url));

/** Runs the program against `host:port`; what it prints, or how it ended. */
async function login(bench: Bench, kdc: KerberosRealm, address: string, mode: readonly string[]): Promise<string> {
  const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', kdc.jvmFlag, program];
  const target = [kerberosHost, address.split(':').at(-1) ?? '', kdc.keytab(user.name), principal, ...mode];
  const { code, stdout, stderr } = await runCommand(bench.java, [...flags, ...target], { timeoutMs: loginTimeoutMs });
  return code === 0
    ? stdout.trim()
    : `ended with ${code}: ${/^Caused by: .*$/m.exec(stderr)?.[0] ?? stderr.slice(0, 400)}`;
}

/**
 * A token that no handshake announces, as in Kafka 0.9. Brokers of Kafka 4 close on it (KIP-896): so it goes directly,
 * and through the proxy, which says why.
 */
export async function checkBareLogin(bench: Bench, kdc: KerberosRealm): Promise<void> {
  const { reporter, cluster, directory } = bench;
  const proxy = await ProxyProcess.start(cluster.bootstrap('SASL_PLAINTEXT'), ['--advertise', kerberosHost]);
  let proxied: string;
  try {
    proxied = await login(bench, kdc, proxy.listening ?? '', ['bare']);
  } finally {
    await proxy.stop();
    proxy.writeOutput(directory, 'kerberos-bare-login');
  }
  const findings = proxy.lines.events.filter((event) => event.kind === 'finding');
  reporter.check(
    `${part}: a token that no handshake announced is told in one sentence`,
    proxied.includes('EOFException') &&
      findings.map((event) => event.detail.finding).join() === 'sasl-handshake-missing',
    `${proxied}; ${findings.map((event) => `${event.detail.finding}: ${event.detail.message}`).join('; ')}`,
  );
}

/** GSSAPI as clients before Kafka 1.0 have it, whose tokens have no header: it goes as it does without the proxy. */
export async function checkRawLogin(bench: Bench, kdc: KerberosRealm): Promise<void> {
  const { reporter, cluster, directory } = bench;
  const upstream = cluster.bootstrap('SASL_PLAINTEXT');
  const direct = await login(bench, kdc, upstream, []);
  const flags = ['--advertise', kerberosHost, '--record', join(directory, 'raw-login.pcapng')];
  const proxy = await ProxyProcess.start(upstream, flags);
  let proxied: string;
  try {
    proxied = await login(bench, kdc, proxy.listening ?? '', []);
  } finally {
    await proxy.stop();
    proxy.writeOutput(directory, 'kerberos-raw-login');
  }
  // Sizes of tokens may differ by a byte or two from login to login; which of them are answered may not.
  const shape = (answers: string): string => answers.replaceAll(/\b[1-9]\d+\b/g, 'N');
  reporter.check(
    `${part}: bare tokens behind SaslHandshake v0 lead to Metadata, as without the proxy`,
    /^(\d+ )+[-0] 1$/.test(proxied) && shape(direct) === shape(proxied),
    `${direct}; through the proxy ${proxied}`,
  );
  const { lines } = proxy;
  const raw = lines.exchanges.filter((line) => line.request?.opaque?.reason === 'sasl-token');
  const metadata = lines.exchanges.find((line) => line.api.name === 'Metadata');
  // Before the number of brokers stands an answer, or none, for each token.
  const expected = proxied
    .split(' ')
    .slice(0, -1)
    .map((answer) => (answer === '-' ? 'unanswered-by-design' : 'answered'));
  const statuses = raw.map((line) => line.status);
  reporter.check(
    `${part}: bare tokens behind SaslHandshake v0 are a line each, answered or, by design, not`,
    statuses.join() === expected.join(),
    statuses.join(),
  );
  reporter.check(
    `${part}: the request behind bare tokens behind SaslHandshake v0 says who it is`,
    metadata?.status === 'answered' && metadata.connection.principal === principal,
    JSON.stringify(metadata?.connection ?? null),
  );
  const loud = lines.events.filter((event) => !quietEvents.has(event.kind));
  reporter.check(
    `${part}: the events of the login behind SaslHandshake v0 tell of no trouble`,
    loud.length === 0,
    loud.map((event) => `${event.kind} ${JSON.stringify(event.detail)}`).join('; '),
  );
}
