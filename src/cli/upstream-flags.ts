import { readFileSync, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type HostPort, parseHostPortList } from '../proxy/host-port.ts';
import { TokenError, tokenOf, type UpstreamSasl } from '../proxy/sasl/credentials.ts';
import { type LoginMechanism, loginMechanismOf, loginMechanisms } from '../proxy/sasl/mechanism.ts';
import type { UpstreamTls } from '../proxy/upstream-race.ts';
import { CliError, exitCode } from './cli-error.ts';
import { mechanismMessage, noSaslSettings, type SaslSettings } from './client-settings-sasl.ts';
import type { TlsSettings } from './client-settings-tls.ts';
import { type TlsFlags, upstreamTlsOf } from './tls-flags.ts';
import { readUpstreamConfig, type UpstreamConfig } from './upstream-config.ts';

/** The flags that say where the cluster is and as whom to log in, as commander names them. */
export interface UpstreamFlags {
  readonly upstream?: string;
  readonly upstreamConfig?: string;
  readonly upstreamSaslMechanism?: string;
  readonly upstreamSaslUsername?: string;
  readonly upstreamSaslPasswordFile?: string;
  readonly upstreamSaslTokenFile?: string;
}

/** The way to the cluster. */
export interface Upstream {
  readonly servers: readonly HostPort[];
  readonly tls: UpstreamTls | null;
  readonly sasl: UpstreamSasl | null;
}

/** Passwords of real life are far shorter. */
const passwordBytesMax = 64 * 1024;

/** Permission bit: everybody on the machine may read. */
const othersMayRead = 0o004;

/** Adds `--upstream` and the flags of the login to it. */
export function addUpstreamFlags(command: Command): Command {
  const flags: readonly (readonly [string, string, string])[] = [
    ['--upstream <host:port,...>', 'bootstrap brokers of the cluster', 'UPSTREAM'],
    ['--upstream-config <file>', "a client's client.properties or kcat config to take them from", 'UPSTREAM_CONFIG'],
    [
      '--upstream-sasl-mechanism <name>',
      `log in to the brokers for clients: ${loginMechanisms.join(', ')}`,
      'UPSTREAM_SASL_MECHANISM',
    ],
    ['--upstream-sasl-username <name>', 'as this user', 'UPSTREAM_SASL_USERNAME'],
    ['--upstream-sasl-password-file <file>', 'with the password in this file', 'UPSTREAM_SASL_PASSWORD_FILE'],
    [
      '--upstream-sasl-token-file <file>',
      'with the OAUTHBEARER token in this file, read anew for each login',
      'UPSTREAM_SASL_TOKEN_FILE',
    ],
  ];
  for (const [flag, text, variable] of flags) {
    command.addOption(new Option(flag, text).env(`KAFKA_SCOPE_${variable}`));
  }
  return command;
}

/**
 * Where the cluster is, and how to get in: flags first, then the client's configuration file. `warn` gets sentences
 * without a line end. Throws `CliError`s of one sentence.
 */
export function upstreamOf(flags: UpstreamFlags & TlsFlags, warn: (sentence: string) => void): Upstream {
  const mechanism = mechanismOf(flags);
  const config = configOf(flags, mechanism, warn);
  const servers = flags.upstream === undefined ? config?.servers : parsedServers(flags.upstream);
  if (servers === undefined || servers === null) {
    const next =
      flags.upstreamConfig === undefined
        ? '--upstream HOST:PORT is missing: name a broker of the cluster, or give --upstream-config FILE.'
        : `${flags.upstreamConfig} names no bootstrap.servers: add --upstream HOST:PORT.`;
    throw new CliError(next, exitCode.usage);
  }
  return {
    servers,
    tls: tlsOf(flags, config?.tls ?? null),
    sasl: saslOf(flags, mechanism, config?.sasl ?? null, warn),
  };
}

function parsedServers(text: string): readonly HostPort[] {
  const parsed = parseHostPortList(text, '--upstream');
  if (parsed.kind === 'ok') return parsed.value;
  throw new CliError(parsed.message, exitCode.usage);
}

function mechanismOf({ upstreamSaslMechanism: name }: UpstreamFlags): LoginMechanism | null {
  if (name === undefined) return null;
  const mechanism = loginMechanismOf(name);
  if (mechanism !== null) return mechanism;
  throw new CliError(`--upstream-sasl-mechanism: ${mechanismMessage(name)}`, exitCode.usage);
}

function configOf(
  flags: UpstreamFlags & TlsFlags,
  mechanism: LoginMechanism | null,
  warn: (sentence: string) => void,
): UpstreamConfig | null {
  const path = flags.upstreamConfig;
  if (path === undefined) return null;
  const config = readUpstreamConfig(path, {
    servers: flags.upstream !== undefined,
    mechanism,
    ca: flags.upstreamCa !== undefined || flags.upstreamInsecure === true,
    pair: flags.upstreamCert !== undefined || flags.upstreamKey !== undefined,
    tls: upstreamTlsOf(flags) !== null,
    sasl: mechanism !== null,
  });
  for (const warning of config.warnings) warn(warning);
  if (config.sasl?.password !== undefined && config.sasl.password !== null) warnIfOpen(path, warn);
  return config;
}

function tlsOf(flags: TlsFlags, file: TlsSettings | null): UpstreamTls | null {
  const own = upstreamTlsOf(flags);
  if (file === null) return own;
  const pair = own?.cert === null || own === null ? file : own;
  return {
    ca: own?.ca ?? file.ca,
    cert: pair.cert,
    key: pair.key,
    servername: own?.servername ?? null,
    insecure: own?.insecure === true || file.insecure,
    // A name given by flag is a name to verify.
    anyName: file.anyName && (own?.servername ?? null) === null,
  };
}

function saslOf(
  flags: UpstreamFlags,
  mechanism: LoginMechanism | null,
  file: SaslSettings | null,
  warn: (sentence: string) => void,
): UpstreamSasl | null {
  const { upstreamSaslUsername, upstreamSaslPasswordFile, upstreamSaslTokenFile } = flags;
  const given = [upstreamSaslUsername, upstreamSaslPasswordFile, upstreamSaslTokenFile].some(
    (flag) => flag !== undefined,
  );
  const { delegationToken, ...rest } = file ?? noSaslSettings;
  const chosen = mechanism ?? rest.mechanism;
  if (chosen === null) {
    if (!given) return null;
    throw new CliError(
      `A login needs its mechanism: add --upstream-sasl-mechanism with one of ${loginMechanisms.join(', ')}.`,
      exitCode.usage,
    );
  }
  if (chosen === 'OAUTHBEARER') {
    const tokenFile = upstreamSaslTokenFile ?? rest.tokenFile;
    if (tokenFile === null && rest.unsecured !== null) return { mechanism: chosen, unsecured: rest.unsecured };
    return oauthOf(tokenFile, warn);
  }
  const username = upstreamSaslUsername ?? rest.username;
  const password =
    upstreamSaslPasswordFile === undefined ? rest.password : readPassword(upstreamSaslPasswordFile, warn);
  if (username === null || username === '') {
    throw new CliError(`${chosen} needs a user: add --upstream-sasl-username NAME.`, exitCode.usage);
  }
  if (username.includes('\0')) {
    throw new CliError('The user of a login cannot hold a NUL character.', exitCode.usage);
  }
  if (password === null) {
    throw new CliError(`${chosen} needs a password: add --upstream-sasl-password-file FILE.`, exitCode.usage);
  }
  return { mechanism: chosen, username, password, ...(delegationToken ? { delegationToken } : {}) };
}

function oauthOf(tokenFile: string | null, warn: (sentence: string) => void): UpstreamSasl {
  if (tokenFile === null) {
    throw new CliError(
      'OAUTHBEARER needs a token, which kafka-scope reads from a file for each login: add --upstream-sasl-token-file FILE.',
      exitCode.usage,
    );
  }
  const bytes = readSecret(tokenFile, '--upstream-sasl-token-file', warn);
  try {
    tokenOf(bytes, tokenFile);
  } catch (error) {
    if (error instanceof TokenError) throw new CliError(`--upstream-sasl-token-file: ${error.message}`, exitCode.usage);
    throw error;
  }
  return { mechanism: 'OAUTHBEARER', tokenFile };
}

/** The first line's end is the editor's, everything else belongs to the password. */
function readPassword(path: string, warn: (sentence: string) => void): string {
  const flag = '--upstream-sasl-password-file';
  const bytes = readSecret(path, flag, warn);
  if (bytes.length > passwordBytesMax) {
    throw new CliError(`${flag}: ${path} has ${bytes.length} bytes, which is no password.`, exitCode.usage);
  }
  const password = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (password === '') throw new CliError(`${flag}: ${path} is empty; write the password into it.`, exitCode.usage);
  if (password.includes('\0')) {
    throw new CliError(`${flag}: ${path} holds a NUL character, which no password can have.`, exitCode.usage);
  }
  return password;
}

function readSecret(path: string, flag: string, warn: (sentence: string) => void): Buffer {
  if (path === '-') {
    throw new CliError(`${flag}: name a file; standard input is not for secrets.`, exitCode.usage);
  }
  try {
    const bytes = readFileSync(path);
    warnIfOpen(path, warn);
    return bytes;
  } catch (error) {
    throw new CliError(`${flag}: ${error instanceof Error ? error.message : error}`, exitCode.usage);
  }
}

/** Refusing would shut out mounted secrets of Kubernetes, which everybody in their container may read. */
function warnIfOpen(path: string, warn: (sentence: string) => void): void {
  if (process.platform === 'win32') return;
  if ((statSync(path).mode & othersMayRead) === 0) return;
  warn(`${path} holds a secret and everybody on this machine may read it: chmod 600 ${path}.`);
}
