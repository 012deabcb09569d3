import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import net from 'node:net';
import { bitString, DerTag, der, objectId, sequence, time, unsignedInteger, utf8String } from './der.ts';

/** A certificate with its private key, both as PEM text. */
export interface KeyAndCertificate {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;

/** Clocks of clients may be behind ours. */
const backdatedMs = dayMs;

const authorityDays = 3650;

/** Apple and browsers refuse server certificates valid for longer than 398 days; Kafka clients do not care. */
const leafDays = 397;

const oid = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const yes = der(DerTag.Boolean, Uint8Array.of(0xff));

/** X.520 allows 64 characters in a common name; the names that count stand in the extension. */
const commonNameMax = 64;

interface Request {
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly days: number;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Uint8Array[];
  readonly nowMs: number;
}

/** Makes a certificate authority of its own (EC P-256, ten years) that may sign leaves and nothing below them. */
export function makeAuthority(nowMs: number): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const serial = randomBytes(4).toString('hex');
  const subject = name(`kafka-scope local CA ${serial}`);
  const extensions = [
    extension(oid.basicConstraints, sequence(yes, unsignedInteger(Uint8Array.of(0))), true),
    // keyCertSign and cRLSign
    extension(oid.keyUsage, bitString(Uint8Array.of(0x06), 1), true),
    extension(oid.subjectKeyId, der(DerTag.OctetString, keyId(publicKey)), false),
  ];
  const request = { subject, issuer: subject, days: authorityDays, publicKey, signer: privateKey, extensions, nowMs };
  return { cert: certificate(request), key: pemKey(privateKey) };
}

/** Makes a certificate (EC P-256) for host names and IP addresses, signed by the authority: a server's, or a client's. */
export function makeLeaf(
  authority: KeyAndCertificate,
  names: readonly string[],
  nowMs: number,
  usage: 'server' | 'client' = 'server',
): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const issuer = new X509Certificate(authority.cert);
  const signer = createPrivateKey(authority.key);
  const extensions = [
    extension(oid.basicConstraints, sequence(), true),
    // digitalSignature
    extension(oid.keyUsage, bitString(Uint8Array.of(0x80), 7), true),
    extension(oid.extendedKeyUsage, sequence(objectId(usage === 'server' ? oid.serverAuth : oid.clientAuth)), false),
    extension(oid.subjectKeyId, der(DerTag.OctetString, keyId(publicKey)), false),
    extension(oid.authorityKeyId, sequence(der(0x80, keyId(issuer.publicKey))), false),
    extension(oid.subjectAltName, sequence(...names.map(alternativeName)), false),
  ];
  const subject = name(names[0] ?? 'kafka-scope');
  const issuerName = name(commonNameOf(issuer));
  const request = { subject, issuer: issuerName, days: leafDays, publicKey, signer, extensions, nowMs };
  return { cert: certificate(request), key: pemKey(privateKey) };
}

/** The authority's common name, the one part of its name that differs from authority to authority. */
function commonNameOf(authority: X509Certificate): string {
  return /^CN=(.*)$/m.exec(authority.subject)?.[1] ?? '';
}

function certificate(request: Request): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const from = request.nowMs - backdatedMs;
  const body = sequence(
    der(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(Uint8Array.of(0x40 | ((randomBytes(1)[0] ?? 0) >> 2), ...randomBytes(15))),
    algorithm,
    request.issuer,
    sequence(time(from), time(from + request.days * dayMs)),
    request.subject,
    request.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...request.extensions)),
  );
  const signature = sign('sha256', body, request.signer);
  const bytes = Buffer.from(sequence(body, algorithm, bitString(signature)));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function name(commonName: string): Uint8Array {
  const attribute = (id: string, text: string) => der(DerTag.Set, sequence(objectId(id), utf8String(text)));
  return sequence(
    attribute(oid.organization, 'kafka-scope'),
    attribute(oid.commonName, commonName.slice(0, commonNameMax)),
  );
}

function extension(id: string, value: Uint8Array, critical: boolean): Uint8Array {
  const content = der(DerTag.OctetString, value);
  return critical ? sequence(objectId(id), yes, content) : sequence(objectId(id), content);
}

/** RFC 5280 §4.2.1.2: SHA-1 of the key's bits, an identifier and no safeguard. */
function keyId(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  // An uncompressed P-256 point is the last 65 bytes of its SPKI.
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))
    .digest();
}

/** dNSName [2] or iPAddress [7]. */
function alternativeName(host: string): Uint8Array {
  const address = addressBytes(host);
  return address === null ? der(0x82, Buffer.from(host, 'latin1')) : der(0x87, address);
}

function addressBytes(host: string): Uint8Array | null {
  const plain = host.split('%', 1)[0] ?? '';
  if (net.isIPv4(plain)) return Uint8Array.from(plain.split('.').map(Number));
  if (!net.isIPv6(plain)) return null;
  // The URL parser writes an embedded IPv4 address as two groups.
  const [head = '', tail = ''] = new URL(`http://[${plain}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
