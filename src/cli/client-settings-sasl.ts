import { fileURLToPath } from 'node:url';
import { type LoginMechanism, loginMechanismOf, loginMechanisms } from '../proxy/sasl/mechanism.ts';
import { type UnsecuredToken, unsecuredLifetimeSeconds } from '../proxy/sasl/unsecured-token.ts';
import { type ClientSettings, type Setting, settingError } from './client-settings.ts';
import { type JaasModule, parseJaasConfig } from './jaas-config.ts';

/** A login as flags or a client's configuration file have it, in pieces that may come from either. */
export interface SaslSettings {
  readonly mechanism: LoginMechanism | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly tokenFile: string | null;
  /** A token nobody signed, as development clusters take it. */
  readonly unsecured: UnsecuredToken | null;
  /** User and password are a delegation token's (KIP-48). */
  readonly delegationToken: boolean;
}

/** Nothing is said about a login. */
export const noSaslSettings: SaslSettings = {
  mechanism: null,
  username: null,
  password: null,
  tokenFile: null,
  unsecured: null,
  delegationToken: false,
};

const moduleOf: Readonly<Record<LoginMechanism, string>> = {
  PLAIN: 'PlainLoginModule',
  'SCRAM-SHA-256': 'ScramLoginModule',
  'SCRAM-SHA-512': 'ScramLoginModule',
  OAUTHBEARER: 'OAuthBearerLoginModule',
};

/** Why the proxy cannot log in by a mechanism, and what there is instead. */
export function mechanismMessage(name: string): string {
  const kerberos = name.toUpperCase() === 'GSSAPI' ? ' (Kerberos)' : '';
  return `kafka-scope cannot log in by ${name.slice(0, 64)}${kerberos}, only by ${loginMechanisms.join(', ')}; clients that log in themselves pass through, by any mechanism.`;
}

/**
 * The login of the settings. `mechanism` of a flag replaces the file's, so that a file written for another one may
 * still lend its user. Throws a `CliError` with file and line for what cannot be used.
 */
export function saslSettingsOf(settings: ClientSettings, mechanism: LoginMechanism | null): SaslSettings {
  const named = mechanism ?? mechanismIn(settings);
  const tokenFile = tokenFileOf(settings);
  const jaasSetting = settings.find('sasl.jaas.config');
  if (jaasSetting === null) {
    return {
      mechanism: named,
      username: settings.find('sasl.username')?.value ?? null,
      password: settings.find('sasl.password')?.value ?? null,
      tokenFile,
      unsecured: unsecuredOf(settings),
      delegationToken: false,
    };
  }
  const jaas = parseJaasConfig(jaasSetting.value);
  if (typeof jaas === 'string') throw settingError(jaasSetting, `${jaas}.`);
  const expected = moduleOf[named];
  if (jaas.name !== expected) {
    throw settingError(jaasSetting, `${named} needs the ${expected}, and this is another login module.`);
  }
  if (named === 'OAUTHBEARER') {
    return { ...noSaslSettings, mechanism: named, tokenFile, unsecured: unsecuredIn(jaas, jaasSetting) };
  }
  return { ...noSaslSettings, mechanism: named, ...userOf(jaas, jaasSetting) };
}

/** Java: options of the OAuthBearerLoginModule (KIP-255). */
function unsecuredIn({ options }: JaasModule, setting: Setting): UnsecuredToken | null {
  const subject = options.get('unsecuredLoginStringClaim_sub');
  if (subject === undefined) return null;
  return { subject, lifetimeSeconds: secondsOf(options.get('unsecuredLoginLifetimeSeconds'), setting) };
}

/** librdkafka: `principal=alice lifeSeconds=600` where unsecured tokens are switched on. */
function unsecuredOf(settings: ClientSettings): UnsecuredToken | null {
  if (settings.find('enable.sasl.oauthbearer.unsecure.jwt')?.value.toLowerCase() !== 'true') return null;
  const setting = settings.find('sasl.oauthbearer.config');
  if (setting === null) return null;
  const pairs = new Map(setting.value.split(/\s+/).map((pair) => [pair.split('=', 1)[0], pair.replace(/^[^=]*=/, '')]));
  const subject = pairs.get('principal');
  if (subject === undefined) throw settingError(setting, 'principal=NAME is expected.');
  return { subject, lifetimeSeconds: secondsOf(pairs.get('lifeSeconds'), setting) };
}

function secondsOf(text: string | undefined, setting: Setting): number {
  if (text === undefined) return unsecuredLifetimeSeconds;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (seconds === 0) throw settingError(setting, 'the lifetime of the token is no number of seconds.');
  return seconds;
}

function userOf(jaas: JaasModule, setting: Setting): Pick<SaslSettings, 'username' | 'password' | 'delegationToken'> {
  const username = jaas.options.get('username') ?? null;
  const password = jaas.options.get('password') ?? null;
  if (username === null || password === null) {
    throw settingError(setting, `username="…" and password="…" are expected behind the ${jaas.name}.`);
  }
  return { username, password, delegationToken: jaas.options.get('tokenauth')?.toLowerCase() === 'true' };
}

function mechanismIn(settings: ClientSettings): LoginMechanism {
  const setting = settings.find('sasl.mechanism', 'sasl.mechanisms');
  if (setting === null) {
    const protocol = settings.find('security.protocol');
    const place = protocol ?? settings.find('sasl.jaas.config', 'sasl.username');
    const message = `sasl.mechanism is not set, so a client would use GSSAPI. ${sentenceCase(mechanismMessage('GSSAPI'))}`;
    throw settingError(place ?? { key: 'sasl.mechanism', value: '', place: settings.path, line: 0 }, message);
  }
  const mechanism = loginMechanismOf(setting.value);
  if (mechanism === null) throw settingError(setting, mechanismMessage(setting.value));
  return mechanism;
}

/** Java's `file:` URL of a token (KIP-768); any other way to a token needs a client of its own. */
function tokenFileOf(settings: ClientSettings): string | null {
  const setting = settings.find('sasl.oauthbearer.token.endpoint.url');
  if (setting === null || !/^file:/i.test(setting.value)) return null;
  try {
    return fileURLToPath(setting.value);
  } catch {
    throw settingError(setting, 'this file: URL names no file of this machine.');
  }
}

function sentenceCase(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
