import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './process.ts';

/** A certificate, its key, and both followed by the authority in one file, as Java's PEM stores want them. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly keystore: string;
}

/** The throw-away PKI of one run. */
export interface Certificates {
  readonly ca: string;
  readonly broker: CertificateFiles;
  readonly proxy: CertificateFiles;
  readonly client: CertificateFiles;
  /** What the proxy shows to brokers that ask for a certificate: another name than the client's. */
  readonly proxyAsClient: CertificateFiles;
}

const stepTimeoutMs = 30_000;
const localNames = 'subjectAltName=DNS:localhost,IP:127.0.0.1';

async function openssl(commandArguments: readonly string[], directory: string): Promise<void> {
  const result = await runCommand('openssl', commandArguments, { timeoutMs: stepTimeoutMs, cwd: directory });
  if (result.code === null) {
    throw new Error('openssl was not found, which makes the certificates; Debian: apt-get install openssl');
  }
  if (result.code !== 0) {
    throw new Error(`openssl ${commandArguments[0]} ended with ${result.code}: ${result.stderr.slice(-400)}`);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

async function makeLeaf(
  directory: string,
  name: string,
  usage: string,
  names: string | null,
): Promise<CertificateFiles> {
  const key = join(directory, `${name}.key`);
  const certificate = join(directory, `${name}.crt`);
  const keystore = join(directory, `${name}.keystore.pem`);
  const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', usage];
  if (names !== null) extensions.push(names);
  await openssl(
    [
      ...['req', '-x509', '-sha256', '-days', '30', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...newKey],
      ...['-keyout', key, '-out', certificate, '-subj', `/O=kafka-scope test/CN=${name}`],
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ],
    directory,
  );
  chmodSync(key, 0o600);
  const parts = [key, certificate, join(directory, 'ca.pem')].map((file) => readFileSync(file, 'utf8'));
  writeFileSync(keystore, parts.join(''), { mode: 0o600 });
  return { certificate, key, keystore };
}

/** Makes an authority and the four certificates of the suite in a folder of its own. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await openssl(
    [
      ...['req', '-x509', '-sha256', '-days', '30', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem'],
      ...['-subj', '/O=kafka-scope test/CN=authority of the test'],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ],
    directory,
  );
  const [broker, proxy, client, proxyAsClient] = await Promise.all([
    makeLeaf(directory, 'broker', 'extendedKeyUsage=serverAuth', localNames),
    makeLeaf(directory, 'proxy', 'extendedKeyUsage=serverAuth', localNames),
    makeLeaf(directory, 'client', 'extendedKeyUsage=clientAuth', null),
    makeLeaf(directory, 'proxy-as-client', 'extendedKeyUsage=clientAuth', null),
  ]);
  return { ca: join(directory, 'ca.pem'), broker, proxy, client, proxyAsClient };
}
