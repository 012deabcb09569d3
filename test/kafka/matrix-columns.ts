import type { Certificates } from './certificates.ts';
import type { Settings } from './client-settings.ts';
import { type ClientSecurity, type ListenerName, mechanisms, plainSecurity, user } from './security.ts';

/** One way to stand the proxy between clients and one of the brokers' listeners. */
export interface ProxySetup {
  readonly name: string;
  readonly listener: ListenerName;
  readonly flags: readonly string[];
}

/** One column of the matrix: how clients connect, directly and through the proxy, and what must be seen of it. */
export interface MatrixColumn {
  readonly name: string;
  readonly setup: ProxySetup;
  readonly direct: ClientSecurity;
  readonly proxied: ClientSecurity;
  /** What the client is told besides, in its own settings: these win. */
  readonly settings?: Settings;
  readonly expected: {
    /** Whether the proxy's lines must name the TLS of the client's side. */
    readonly tls: boolean;
    readonly mechanism: string | null;
    readonly principal: string | null;
    /** Who the brokers must take the client for. */
    readonly brokerPrincipal: string;
  };
}

const anonymous = 'User:ANONYMOUS';

/** The columns in which clients log in themselves, where there is a login. `autoCa` is the authority of `--tls-auto`. */
export function matrixColumns(certificates: Certificates, autoCa: string): MatrixColumn[] {
  const { ca, client, proxy, proxyAsClient } = certificates;
  const tls: ClientSecurity = { ...plainSecurity, protocol: 'SSL', caFile: ca };
  const mutual: ClientSecurity = {
    ...tls,
    certificateFile: client.certificate,
    keyFile: client.key,
    keystoreFile: client.keystore,
  };
  const given = ['--tls-cert', proxy.certificate, '--tls-key', proxy.key];
  const toBrokers = ['--upstream-tls', '--upstream-ca', ca];
  const asClient = ['--upstream-cert', proxyAsClient.certificate, '--upstream-key', proxyAsClient.key];
  const withTls = { tls: true, mechanism: null, principal: null, brokerPrincipal: anonymous };
  const columns: MatrixColumn[] = [
    {
      name: 'PLAINTEXT',
      setup: { name: 'plaintext', listener: 'CLIENT', flags: [] },
      direct: plainSecurity,
      proxied: plainSecurity,
      expected: { ...withTls, tls: false },
    },
    {
      name: 'TLS auto',
      setup: { name: 'tls-auto', listener: 'TLS', flags: ['--tls-auto', ...toBrokers] },
      direct: tls,
      proxied: { ...tls, caFile: autoCa },
      expected: withTls,
    },
    {
      name: 'TLS cert',
      setup: { name: 'tls-cert', listener: 'TLS', flags: [...given, ...toBrokers] },
      direct: tls,
      proxied: tls,
      expected: withTls,
    },
    {
      name: 'mTLS',
      setup: {
        name: 'mtls',
        listener: 'MTLS',
        flags: ['--tls-auto', '--client-ca', ca, ...toBrokers, ...asClient],
      },
      direct: mutual,
      proxied: { ...mutual, caFile: autoCa },
      expected: { ...withTls, brokerPrincipal: 'User:CN=proxy-as-client,O=kafka-scope test' },
    },
  ];
  const plainSetup: ProxySetup = { name: 'sasl-plaintext', listener: 'SASL_PLAINTEXT', flags: [] };
  const tlsSetup: ProxySetup = { name: 'sasl-ssl', listener: 'SASL_SSL', flags: ['--tls-auto', ...toBrokers] };
  for (const mechanism of mechanisms) {
    const login: ClientSecurity = { ...plainSecurity, protocol: 'SASL_PLAINTEXT', mechanism };
    const expected = { tls: false, mechanism, principal: user.name, brokerPrincipal: `User:${user.name}` };
    columns.push({ name: `SASL ${mechanism}`, setup: plainSetup, direct: login, proxied: login, expected });
    columns.push({
      name: `SASL_SSL ${mechanism}`,
      setup: tlsSetup,
      direct: { ...login, protocol: 'SASL_SSL', caFile: ca },
      proxied: { ...login, protocol: 'SASL_SSL', caFile: autoCa },
      expected: { ...expected, tls: true },
    });
  }
  return columns;
}
