import { readFileSync } from 'node:fs';
import { type HostPort, parseHostPortList } from '../proxy/host-port.ts';
import type { LoginMechanism } from '../proxy/sasl/mechanism.ts';
import { CliError, exitCode } from './cli-error.ts';
import { ClientSettings, settingError } from './client-settings.ts';
import { type SaslSettings, saslSettingsOf } from './client-settings-sasl.ts';
import { type TlsOverrides, type TlsSettings, tlsSettingsOf } from './client-settings-tls.ts';

/** What a client's configuration file says about the way to the cluster. */
export interface UpstreamConfig {
  /** null: the file names no servers. */
  readonly servers: readonly HostPort[] | null;
  /** null: plaintext. */
  readonly tls: TlsSettings | null;
  /** null: no login. */
  readonly sasl: SaslSettings | null;
  /** Sentences for the person: what of the file has no effect. */
  readonly warnings: readonly string[];
}

/** What flags say already: it wins over the file. */
export interface UpstreamOverrides extends TlsOverrides {
  readonly servers: boolean;
  readonly mechanism: LoginMechanism | null;
  /** Flags that ask for TLS, or for a login, whatever the file's protocol is. */
  readonly tls: boolean;
  readonly sasl: boolean;
}

const configBytesMax = 4 * 1024 * 1024;

const protocols: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

/** Security settings that are read here. */
const supported = new Set([
  'security.protocol',
  'sasl.mechanism',
  'sasl.mechanisms',
  'sasl.jaas.config',
  'sasl.username',
  'sasl.password',
  'ssl.ca.location',
  'ssl.ca.pem',
  'ssl.certificate.location',
  'ssl.certificate.pem',
  'ssl.key.location',
  'ssl.key.pem',
  'ssl.key.password',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.certificates',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.endpoint.identification.algorithm',
  'enable.ssl.certificate.verification',
]);

/** Security settings that change nothing here: passwords of stores that are said to be unreadable, and timing. */
const withoutEffect =
  /^(ssl\.(truststore|keystore)\.password|sasl\.login\.(refresh\.|connect\.|read\.|retry\.)|sasl\.kerberos\.(kinit|ticket|min)|sasl\.kerberos\.service\.name)/;

/** Unsecured tokens of librdkafka. */
const unsecuredKeys = new Set(['enable.sasl.oauthbearer.unsecure.jwt', 'sasl.oauthbearer.config']);

const securityKey = /^(sasl\.|ssl\.|security\.|enable\.(ssl|sasl)\.)/;

/** Reads Java's `client.properties` or a configuration of kcat and librdkafka. Throws `CliError`s of one sentence. */
export function readUpstreamConfig(path: string, overrides: UpstreamOverrides): UpstreamConfig {
  const settings = ClientSettings.parse(path, textOf(path));
  const protocol = protocolOf(settings);
  const withTls = protocol.endsWith('SSL') || overrides.tls;
  const withSasl = protocol.startsWith('SASL') || overrides.sasl;
  return {
    servers: overrides.servers ? null : serversOf(settings),
    tls: withTls ? tlsSettingsOf(settings, overrides) : null,
    sasl: withSasl ? saslSettingsOf(settings, overrides.mechanism) : null,
    warnings: warningsOf(settings, withTls, withSasl),
  };
}

function textOf(path: string): string {
  if (path === '-') {
    throw new CliError('--upstream-config: name a file; standard input is not for secrets.', exitCode.usage);
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CliError(`--upstream-config: ${error instanceof Error ? error.message : error}`, exitCode.usage);
  }
  if (bytes.length > configBytesMax) {
    throw new CliError(`--upstream-config: ${path} is larger than 4 MiB; that is no configuration.`, exitCode.usage);
  }
  return bytes.toString('utf8');
}

function protocolOf(settings: ClientSettings): string {
  const setting = settings.find('security.protocol');
  if (setting === null) return 'PLAINTEXT';
  const protocol = setting.value.toUpperCase();
  if (protocols.includes(protocol)) return protocol;
  throw settingError(setting, `one of ${protocols.join(', ')} is expected.`);
}

function serversOf(settings: ClientSettings): readonly HostPort[] | null {
  const setting = settings.find('bootstrap.servers', 'metadata.broker.list');
  if (setting === null) return null;
  // Clients tolerate a protocol in front, and librdkafka takes a missing port for 9092.
  const list = setting.value
    .split(',')
    .map((server) => server.trim().replace(/^[A-Za-z_]+:\/\//, ''))
    .map((server) => (/^[^:[\]\s]+$/.test(server) ? `${server}:9092` : server));
  const parsed = parseHostPortList(list.join(','), `${setting.place}: ${setting.key}`);
  if (parsed.kind === 'ok') return parsed.value;
  throw new CliError(parsed.message, exitCode.usage);
}

function warningsOf(settings: ClientSettings, withTls: boolean, withSasl: boolean): readonly string[] {
  const unsupported: string[] = [];
  const idle: string[] = [];
  for (const { key, line } of settings.all()) {
    if (!securityKey.test(key) || withoutEffect.test(key)) continue;
    if (isTokenFile(settings, key) || (withSasl && unsecuredKeys.has(key))) continue;
    if (!supported.has(key)) unsupported.push(`${key} (line ${line})`);
    else if (key.startsWith('sasl.') && !withSasl) idle.push(key);
    else if (key.startsWith('ssl.') && !withTls) idle.push(key);
  }
  const warnings: string[] = [];
  if (unsupported.length > 0) {
    warnings.push(`${settings.path}: kafka-scope does not support these security settings: ${unsupported.join(', ')}.`);
  }
  if (idle.length > 0) {
    const protocol = settings.find('security.protocol')?.value ?? 'not set';
    warnings.push(
      `${settings.path}: ${idle.join(', ')} have no effect, as for any client, because security.protocol is ${protocol}.`,
    );
  }
  return warnings;
}

function isTokenFile(settings: ClientSettings, key: string): boolean {
  if (key !== 'sasl.oauthbearer.token.endpoint.url') return false;
  return /^file:/i.test(settings.find(key)?.value ?? '');
}
