import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { loadAuthority, type StoredAuthority } from '../proxy/authority-store.ts';
import type { ClientTlsOptions } from '../proxy/client-tls.ts';
import { ProxyError } from '../proxy/proxy-error.ts';
import type { UpstreamTls } from '../proxy/upstream-race.ts';
import { CliError, exitCode } from './cli-error.ts';

/** The flags of TLS on both sides, as commander names them. */
export interface TlsFlags {
  readonly tlsAuto?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly upstreamTls?: boolean;
  readonly upstreamCa?: string;
  readonly upstreamCert?: string;
  readonly upstreamKey?: string;
  readonly upstreamServername?: string;
  readonly upstreamInsecure?: boolean;
  readonly keylog?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** PEM files of real life are far smaller, also whole trust stores. */
const pemBytesMax = 4 * 1024 * 1024;

/** Adds the TLS flags to `proxy`. */
export function addTlsFlags(command: Command): Command {
  const flags: readonly (readonly [string, string, string])[] = [
    ['--tls-auto', 'TLS for clients, certificates from an own CA (see `kafka-scope ca`)', 'TLS_AUTO'],
    ['--tls-cert <file>', 'TLS for clients with this certificate chain (PEM)', 'TLS_CERT'],
    ['--tls-key <file>', 'its private key (PEM)', 'TLS_KEY'],
    ['--client-ca <file>', 'require client certificates signed by one of these authorities (PEM)', 'CLIENT_CA'],
    ['--upstream-tls', 'TLS to the brokers', 'UPSTREAM_TLS'],
    ['--upstream-ca <file>', 'authorities the brokers are trusted by (PEM; default: public ones)', 'UPSTREAM_CA'],
    ['--upstream-cert <file>', 'client certificate for the brokers (PEM)', 'UPSTREAM_CERT'],
    ['--upstream-key <file>', 'its private key (PEM)', 'UPSTREAM_KEY'],
    ['--upstream-servername <name>', 'name to verify in place of the host connected to', 'UPSTREAM_SERVERNAME'],
    ['--upstream-insecure', 'do not verify the certificates of the brokers', 'UPSTREAM_INSECURE'],
    ['--keylog <file>', 'append the TLS secrets of both sides for Wireshark (SSLKEYLOGFILE)', 'KEYLOG'],
  ];
  for (const [flag, text, variable] of flags) {
    command.addOption(new Option(flag, text).env(`KAFKA_SCOPE_${variable}`));
  }
  return command;
}

/** Folder of what kafka-scope keeps between runs. */
export function stateFolder(env: Environment): string {
  const base = env.XDG_STATE_HOME ?? (env.HOME === undefined ? null : join(env.HOME, '.local', 'state'));
  if (base === null || base === '') {
    throw new CliError('There is no folder for the certificate authority: set HOME or XDG_STATE_HOME.', exitCode.usage);
  }
  return join(base, 'kafka-scope');
}

/** The authority of `--tls-auto`, made when there is none yet. */
export function authorityOf(env: Environment): StoredAuthority {
  try {
    return loadAuthority(stateFolder(env), Date.now());
  } catch (error) {
    if (error instanceof ProxyError) throw new CliError(error.message, exitCode.usage);
    throw error;
  }
}

/** How clients' TLS is ended; null when they speak plaintext. */
export function clientTlsOf(flags: TlsFlags, env: Environment): ClientTlsOptions | null {
  const given = flags.tlsCert !== undefined || flags.tlsKey !== undefined;
  if (flags.tlsAuto === true && given) {
    throw new CliError('--tls-auto makes its own certificates: drop it, or --tls-cert and --tls-key.', exitCode.usage);
  }
  if (flags.tlsAuto !== true && !given) {
    if (flags.clientCa === undefined) return null;
    throw new CliError(
      '--client-ca needs TLS for clients: add --tls-auto, or --tls-cert and --tls-key.',
      exitCode.usage,
    );
  }
  const clientCa = flags.clientCa === undefined ? null : readPem(flags.clientCa, '--client-ca');
  if (flags.tlsAuto === true) {
    const { cert, key } = authorityOf(env);
    return { certificate: null, authority: { cert, key }, clientCa };
  }
  const [cert, key] = readPair(flags.tlsCert, flags.tlsKey, '--tls-cert', '--tls-key');
  return { certificate: { cert, key }, authority: null, clientCa };
}

/** How TLS is spoken to the brokers; null for plaintext. Any flag of it turns it on. */
export function upstreamTlsOf(flags: TlsFlags): UpstreamTls | null {
  const { upstreamTls, upstreamCa, upstreamCert, upstreamKey, upstreamServername, upstreamInsecure } = flags;
  const texts = [upstreamCa, upstreamCert, upstreamKey, upstreamServername];
  if (upstreamTls !== true && upstreamInsecure !== true && texts.every((text) => text === undefined)) return null;
  const pair =
    upstreamCert === undefined && upstreamKey === undefined
      ? [null, null]
      : readPair(upstreamCert, upstreamKey, '--upstream-cert', '--upstream-key');
  return {
    ca: upstreamCa === undefined ? null : readPem(upstreamCa, '--upstream-ca'),
    cert: pair[0] ?? null,
    key: pair[1] ?? null,
    servername: upstreamServername ?? null,
    insecure: upstreamInsecure === true,
  };
}

function readPair(
  cert: string | undefined,
  key: string | undefined,
  certFlag: string,
  keyFlag: string,
): readonly [string, string] {
  if (cert === undefined) throw new CliError(`${keyFlag} needs ${certFlag}, too.`, exitCode.usage);
  if (key === undefined) throw new CliError(`${certFlag} needs ${keyFlag}, too.`, exitCode.usage);
  return [readPem(cert, certFlag), readPem(key, keyFlag)];
}

function readPem(path: string, flag: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CliError(`${flag}: ${error instanceof Error ? error.message : error}`, exitCode.usage);
  }
  const text = bytes.length > pemBytesMax ? '' : bytes.toString('latin1');
  if (text.includes('-----BEGIN ')) return text;
  const isStore = bytes.length >= 4 && (bytes.readUInt32BE(0) === 0xfeedfeed || bytes[0] === 0x30);
  const next = isStore
    ? `it looks like a Java or PKCS#12 keystore; turn it into PEM: keytool -importkeystore -srckeystore ${path} -destkeystore store.p12 -deststoretype PKCS12, then openssl pkcs12 -in store.p12 -nodes`
    : 'give a PEM file, which has a line -----BEGIN …-----';
  throw new CliError(`${flag}: ${path} is no PEM file: ${next}.`, exitCode.usage);
}
