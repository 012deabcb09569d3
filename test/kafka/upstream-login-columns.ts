import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { javaSettings, librdkafkaSettings, type Settings } from './client-settings.ts';
import type { MatrixColumn, ProxySetup } from './matrix-columns.ts';
import { type ClientSecurity, type Mechanism, plainSecurity, unsecuredToken, user } from './security.ts';

/** A file that only its owner can read, as files with secrets are. */
function secretFile(directory: string, name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const asLines = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** The columns in which clients log in nowhere: the proxy does, by each mechanism and each way to be told how. */
export function upstreamLoginColumns(certificates: Certificates, directory: string): MatrixColumn[] {
  const plain = (mechanism: Mechanism): ClientSecurity => ({
    ...plainSecurity,
    protocol: 'SASL_PLAINTEXT',
    mechanism,
  });
  const overTls = (mechanism: Mechanism): ClientSecurity => ({
    ...plain(mechanism),
    protocol: 'SASL_SSL',
    caFile: certificates.ca,
  });
  const column = (name: string, listener: ProxySetup['listener'], direct: ClientSecurity, flags: string[]) => ({
    name: `login ${name}`,
    setup: { name: `login-${name.toLowerCase()}`, listener, flags },
    direct,
    proxied: plainSecurity,
    expected: { tls: false, mechanism: null, principal: null, brokerPrincipal: `User:${user.name}` },
  });
  const password = secretFile(directory, 'login-password', user.password);
  const token = secretFile(directory, 'login-token', unsecuredToken(user.name, Math.floor(Date.now() / 1000)));
  const [java, librdkafka] = [overTls('SCRAM-SHA-512'), plain('SCRAM-SHA-256')];
  const properties = secretFile(directory, 'login.properties', asLines(javaSettings(java)));
  const config = secretFile(directory, 'login.conf', asLines(librdkafkaSettings(librdkafka)));
  const flag = '--upstream-sasl';
  return [
    column('PLAIN', 'SASL_PLAINTEXT', plain('PLAIN'), [
      ...[`${flag}-mechanism`, 'PLAIN', `${flag}-username`, user.name, `${flag}-password-file`, password],
    ]),
    column('SCRAM-SHA-256', 'SASL_PLAINTEXT', librdkafka, ['--upstream-config', config]),
    column('SCRAM-SHA-512', 'SASL_SSL', java, ['--upstream-config', properties]),
    column('OAUTHBEARER', 'SASL_SSL', overTls('OAUTHBEARER'), [
      ...['--upstream-tls', '--upstream-ca', certificates.ca],
      ...[`${flag}-mechanism`, 'OAUTHBEARER', `${flag}-token-file`, token],
    ]),
  ];
}
