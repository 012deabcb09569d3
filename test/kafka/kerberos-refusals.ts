import { type Bench, clientsWith } from './bench.ts';
import type { Cell } from './cells.ts';
import { runCells } from './drivers.ts';
import { type KerberosRealm, kerberosHost, kerberosSettings, realm } from './kerberos-realm.ts';
import { ProxyProcess } from './proxy-process.ts';
import { plainSecurity } from './security.ts';
import { checkSummary } from './traffic-checks.ts';

const part = 'kerberos';
/** How long the client tries: each try takes it about a second. */
const clientPatienceMs = 5_000;

/** A login that fails: by the name of the service whose ticket the client asks for. */
interface Refusal {
  readonly name: string;
  readonly service: string;
  /** What the client itself says. */
  readonly client: string;
  readonly finding: string;
  /** What the sentence must name. */
  readonly says: readonly string[];
}

const refusals: readonly Refusal[] = [
  {
    name: 'a service that the realm does not know',
    service: 'absent',
    // It tries again and again, and never says that its KDC is the reason.
    client: 'not present in metadata',
    finding: 'kerberos-no-ticket',
    says: ['gives it no ticket', '--advertise'],
  },
  {
    name: 'a ticket for another service',
    service: 'other',
    client: 'SaslAuthenticationException',
    finding: 'sasl-authentication-failed',
    says: [`other/${kerberosHost}@${realm}`, 'keytab'],
  },
];

/** Logins that cannot succeed, one proxy each: the client fails, and one finding says why. */
export async function checkKerberosRefusals(bench: Bench, kdc: KerberosRealm): Promise<void> {
  const [first] = clientsWith(bench, 'cells');
  if (first === undefined) return;
  const [client, driver] = first;
  const { reporter, cluster, directory } = bench;
  for (const refusal of refusals) {
    const { name, service } = refusal;
    const flags = ['--advertise', kerberosHost];
    const proxy = await ProxyProcess.start(cluster.bootstrap('SASL_PLAINTEXT'), flags);
    const id = `kerberos-${service}`;
    const cell: Cell = {
      ...{ name, clientId: id, topic: id, groupId: id, groupProtocol: 'classic', codec: 'none' },
      records: [{ key: null, value: 'never written', headers: [] }],
      bootstrap: proxy.listening?.replace('127.0.0.1', kerberosHost) ?? '',
      security: plainSecurity,
      settings: {
        'security.protocol': 'SASL_PLAINTEXT',
        'max.block.ms': `${clientPatienceMs}`,
        ...kerberosSettings(kdc, { 'sasl.kerberos.service.name': service }),
      },
    };
    let failure: string | null;
    try {
      const { results } = await runCells(driver, { client, cells: [cell] }, id, directory);
      failure = results.get(name)?.error ?? null;
    } finally {
      await proxy.stop();
      proxy.writeOutput(directory, id);
    }
    reporter.check(`${part}: ${name} is refused`, failure?.includes(refusal.client) === true, failure ?? 'it was not');
    const findings = proxy.lines.events.filter((event) => event.kind === 'finding');
    const messages = findings.map((event) => `${event.detail.finding}: ${event.detail.message}`);
    reporter.check(
      `${part}: ${name} is told in one sentence`,
      findings.length > 0 &&
        findings.every((event) => event.detail.finding === refusal.finding) &&
        refusal.says.every((words) => messages[0]?.includes(words)),
      messages[0] ?? 'nothing is told',
    );
    checkSummary(reporter, `${part}: the proxy of ${name}`, proxy.lines);
  }
}
