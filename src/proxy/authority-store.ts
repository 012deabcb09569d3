import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../wire/system-error.ts';
import { type KeyAndCertificate, makeAuthority } from './certificate-maker.ts';
import { ProxyError } from './proxy-error.ts';

const certFile = 'ca.pem';
const keyFile = 'ca-key.pem';

/** The local certificate authority, and where it lies. */
export interface StoredAuthority extends KeyAndCertificate {
  readonly certPath: string;
  readonly created: boolean;
}

/**
 * Reads the authority of `--tls-auto` from a folder of its own, or makes it there: the folder for its owner alone
 * (0700), the files too (0600), since who has the key can pose as any host to clients that trust it.
 */
export function loadAuthority(folder: string, nowMs: number): StoredAuthority {
  const certPath = join(folder, certFile);
  const keyPath = join(folder, keyFile);
  const cert = readIfThere(certPath);
  const key = readIfThere(keyPath);
  if (cert !== null && key !== null) {
    check(cert, key, folder, nowMs);
    return { cert, key, certPath, created: false };
  }
  if (cert !== null || key !== null) {
    throw new ProxyError(
      'invalid-option',
      `${folder} holds only one of ${certFile} and ${keyFile}: delete it to get a new authority, or put the other one back.`,
    );
  }
  const made = makeAuthority(nowMs);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // The key first and never over another's: two starts at one time end with one authority and one clear error.
    writeFileSync(keyPath, made.key, { mode: 0o600, flag: 'wx' });
    writeFileSync(certPath, made.cert, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new ProxyError(
      'permission',
      `Cannot keep a certificate authority in ${folder} (${systemErrorCode(error)}): make the folder writable, or set XDG_STATE_HOME to one that is.`,
      { cause: error },
    );
  }
  return { ...made, certPath, created: true };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new ProxyError('permission', `Cannot read ${path} (${systemErrorCode(error)}).`, { cause: error });
  }
}

function check(cert: string, key: string, folder: string, nowMs: number): void {
  let problem: string | null = null;
  try {
    const parsed = new X509Certificate(cert);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) problem = 'its key does not belong to its certificate';
    else if (!parsed.ca) problem = 'its certificate is no certificate authority';
    else if (Date.parse(parsed.validTo) < nowMs) problem = `it expired on ${parsed.validTo}`;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  if (problem !== null) {
    throw new ProxyError(
      'invalid-option',
      `The certificate authority in ${folder} cannot be used: ${problem}. Delete ${certFile} and ${keyFile} there to get a new one, and give its certificate to the clients again.`,
    );
  }
}
