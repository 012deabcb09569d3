import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from './ports.ts';
import { endChild, pauseMs, trackChild } from './process.ts';
import { user } from './security.ts';

/** The realm of the suite. */
export const realm = 'KAFKA-SCOPE.TEST';

/** The name of loopback in the brokers' principal. Clients ask for a ticket of the name by which they came. */
export const kerberosHost = 'localhost';

const startAttemptsMax = 3;
const readyTimeoutMs = 60_000;
const stopGraceMs = 5_000;
const program = fileURLToPath(new URL('./kerberos/KerberosKdc.java', import.meta.url));

/** A key distribution center on loopback, with a realm, its keytabs, and the krb5.conf that leads to it. */
export class KerberosRealm {
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
  }

  /** The flag by which a JVM finds the realm. */
  get jvmFlag(): string {
    return `-Djava.security.krb5.conf=${join(this.#directory, 'krb5.conf')}`;
  }

  /** The keytab of the brokers (`kafka`), of `alice`, or of a service that is elsewhere (`other`). */
  keytab(name: string): string {
    return join(this.#directory, `${name}.keytab`);
  }

  /** A line of JAAS that logs in from a keytab. */
  jaas(keytab: string, principal: string): string {
    const module = 'com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true';
    return `${module} keyTab="${this.keytab(keytab)}" principal="${principal}@${realm}";`;
  }

  /** Starts it, and resolves when its keytabs are written. A port lost to a race is tried again. */
  static async start(java: string, jars: string, directory: string): Promise<KerberosRealm> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (let attempt = 1; ; attempt += 1) {
      const [port = 0] = await findFreePorts(1);
      writeFileSync(join(directory, 'krb5.conf'), krb5Conf(port));
      const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx96m', '-cp', join(jars, '*'), program];
      // `other` is known here, and no broker has its key: a ticket that is good elsewhere.
      const keytabs = [`kafka/${kerberosHost}`, 'alice', `other/${kerberosHost}`].map(
        (principal) => `${join(directory, `${principal.split('/')[0]}.keytab`)}=${principal}`,
      );
      const child = trackChild(
        spawn(java, [...flags, `${port}`, directory, realm, ...keytabs], { stdio: ['pipe', 'pipe', 'pipe'] }),
      );
      const failure = await untilReady(child);
      if (failure === null) return new KerberosRealm(child, directory);
      await endChild(child, 'SIGKILL', stopGraceMs);
      if (!/BindException|in use/.test(failure) || attempt >= startAttemptsMax) {
        throw new Error(`the key distribution center did not start: ${failure.slice(-800)}`);
      }
    }
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await endChild(this.#child, 'SIGTERM', stopGraceMs);
  }
}

/** What a Java client is told to log in as alice; `more` wins. */
export function kerberosSettings(kdc: KerberosRealm, more: Readonly<Record<string, string>> = {}) {
  return {
    'sasl.mechanism': 'GSSAPI',
    'sasl.kerberos.service.name': 'kafka',
    'sasl.jaas.config': kdc.jaas('alice', user.name),
    ...more,
  };
}

/** Null once it serves; what it said otherwise. */
async function untilReady(child: ChildProcess): Promise<string | null> {
  let said = '';
  let ready = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    ready ||= text.includes('ready');
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin?.on('error', () => {});
  child.on('error', (error) => {
    said += error.message;
  });
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (!ready) {
    if (child.exitCode !== null || child.pid === undefined || performance.now() > deadlineMs) return `${said} `;
    await pauseMs(20);
  }
  return null;
}

/** TCP only (a message of one byte is already too long for UDP), and no name is looked up anywhere. */
function krb5Conf(port: number): string {
  return `[libdefaults]
  default_realm = ${realm}
  udp_preference_limit = 1
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  kdc_timeout = 5000
  max_retries = 1
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  ${kerberosHost} = ${realm}
`;
}
