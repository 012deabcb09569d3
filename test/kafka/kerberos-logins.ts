import { join } from 'node:path';
import { type Bench, clientsWith, secondsSince } from './bench.ts';
import { KafkaCluster } from './cluster.ts';
import type { DriverCommand, DriverCommands } from './drivers.ts';
import { checkBareLogin, checkRawLogin } from './kerberos-raw-login.ts';
import { KerberosRealm, kerberosHost, kerberosSettings, realm } from './kerberos-realm.ts';
import { checkKerberosRefusals } from './kerberos-refusals.ts';
import { checkKerberosSession } from './kerberos-session.ts';
import { runMatrix } from './listener-matrix.ts';
import type { MatrixColumn } from './matrix-columns.ts';
import { plainSecurity, user } from './security.ts';
import { findKerbyJars } from './toolchain.ts';

const part = 'kerberos';
const listeners = ['SASL_PLAINTEXT', 'SASL_SSL'] as const;
/** How long a login holds before the broker wants another one (KIP-368). */
const sessionMs = 2_000;

function brokerSettings(kdc: KerberosRealm): Record<string, string | number> {
  const settings: Record<string, string | number> = {};
  for (const listener of listeners) {
    const prefix = `listener.name.${listener.toLowerCase()}`;
    settings[`${prefix}.sasl.enabled.mechanisms`] = 'GSSAPI';
    settings[`${prefix}.sasl.kerberos.service.name`] = 'kafka';
    settings[`${prefix}.gssapi.sasl.jaas.config`] = kdc.jaas('kafka', `kafka/${kerberosHost}`);
    settings[`${prefix}.gssapi.connections.max.reauth.ms`] = sessionMs;
  }
  return settings;
}

/** Clients come by the proxy's name, for which they need a ticket: it advertises the name in the brokers' principal. */
function kerberosColumns(bench: Bench, kdc: KerberosRealm): MatrixColumn[] {
  const { ca, proxy } = bench.certificates;
  const record = (name: string): string[] => ['--record', join(bench.directory, `${name}.pcapng`)];
  const tls = ['--tls-cert', proxy.certificate, '--tls-key', proxy.key, '--upstream-tls', '--upstream-ca', ca];
  const settings = kerberosSettings(kdc);
  return listeners.map((listener) => {
    const withTls = listener === 'SASL_SSL';
    const name = `${listener} GSSAPI`;
    const security = { ...plainSecurity, protocol: listener, caFile: withTls ? ca : null };
    const flags = ['--advertise', kerberosHost, ...record(`kerberos-${listener}`), ...(withTls ? tls : [])];
    return {
      name,
      setup: { name, listener, flags },
      direct: security,
      proxied: security,
      settings,
      expected: {
        tls: withTls,
        mechanism: 'GSSAPI',
        principal: `${user.name}@${realm}`,
        brokerPrincipal: `User:${user.name}`,
      },
    };
  });
}

/** The Java clients, who are the ones here with GSSAPI (librdkafka's wheels are built without), told of the realm. */
function kerberosDrivers(bench: Bench, kdc: KerberosRealm): Map<string, DriverCommands> {
  const told = (driver: DriverCommand): DriverCommand => ({
    ...driver,
    arguments: [kdc.jvmFlag, ...driver.arguments],
  });
  const drivers = new Map<string, DriverCommands>();
  for (const [client, commands] of bench.drivers) {
    if (client.startsWith('java')) {
      const all = Object.entries(commands).map(([task, driver]) => [task, told(driver)]);
      drivers.set(client, Object.fromEntries(all));
    }
  }
  return drivers;
}

/** GSSAPI against a broker and a key distribution center of its own: the proxy knows no key and passes it through. */
export async function runKerberosLogins(bench: Bench, direct: boolean): Promise<void> {
  const { reporter, certificates, jars, java } = bench;
  const kerby = await findKerbyJars();
  if (!kerby.found) {
    reporter.absent(part, kerby.reason);
    return;
  }
  const directory = join(bench.directory, part);
  const startedMs = performance.now();
  const kdc = await KerberosRealm.start(java, kerby.value, directory);
  let cluster: KafkaCluster | null = null;
  try {
    cluster = await KafkaCluster.start({
      ...{ jars, java, directory, nodes: 1, certificates },
      properties: () => brokerSettings(kdc),
      jvm: [kdc.jvmFlag],
    });
    reporter.note(`a key distribution center and a broker ready in ${secondsSince(startedMs)} s`);
    const own: Bench = { ...bench, cluster, directory, drivers: kerberosDrivers(bench, kdc) };
    const clients = clientsWith(own, 'cells');
    if (clients.length === 0) {
      reporter.skip(part, 'no Java client was asked for, and no other one has GSSAPI');
      return;
    }
    const columns = kerberosColumns(own, kdc);
    await runMatrix({ part, bench: own, columns, clients, host: kerberosHost }, direct);
    if (!direct) {
      await checkKerberosSession(own, kdc);
      await checkRawLogin(own, kdc);
      await checkBareLogin(own, kdc);
      await checkKerberosRefusals(own, kdc);
    }
  } finally {
    await cluster?.stopNow();
    await kdc.stop();
  }
}
