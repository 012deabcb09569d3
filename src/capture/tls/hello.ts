import { X509Certificate } from 'node:crypto';

/** What a ClientHello says in the clear (RFC 8446 §4.1.2). */
export interface ClientHello {
  readonly random: Uint8Array;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  /** Versions offered, newest first as the client lists them. */
  readonly versions: readonly number[];
  readonly earlyData: boolean;
}

/** What a ServerHello decides. */
export interface ServerHello {
  readonly random: Uint8Array;
  readonly version: number;
  readonly suite: number;
  readonly alpn: string | null;
  readonly encryptThenMac: boolean;
  /** A HelloRetryRequest: a second ClientHello with the same random follows (RFC 8446 §4.1.4). */
  readonly retry: boolean;
}

const extensionServerName = 0;
const extensionAlpn = 16;
const extensionEncryptThenMac = 22;
const extensionEarlyData = 42;
const extensionSupportedVersions = 43;

/** SHA-256 of "HelloRetryRequest", which stands in place of the random. */
const retryRandom = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** Texts from the wire are kept no longer than this; a DNS name has at most 253 characters. */
const nameCharactersMax = 255;
const namesMax = 16;

/** A cursor that never leaves its bytes: what is not there reads as nothing, and `ok` says so. */
class Cursor {
  ok = true;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint(width: 1 | 2 | 3): number {
    let value = 0;
    for (const byte of this.take(width)) value = value * 256 + byte;
    return value;
  }

  take(count: number): Uint8Array {
    if (count > this.left) {
      this.ok = false;
      this.#at = this.#bytes.length;
      return new Uint8Array(0);
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Bytes behind a length of `width` bytes. */
  vector(width: 1 | 2 | 3): Uint8Array {
    return this.take(this.uint(width));
  }
}

/** Reads the body of a ClientHello; null when it contradicts itself. */
export function readClientHello(body: Uint8Array): ClientHello | null {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.uint(2);
  const random = cursor.take(32).slice();
  cursor.vector(1);
  cursor.vector(2);
  cursor.vector(1);
  if (!cursor.ok) return null;
  const extensions = cursor.left === 0 ? null : readExtensions(cursor.vector(2));
  const versions = extensions?.get(extensionSupportedVersions);
  return {
    random,
    sni: serverNameOf(extensions?.get(extensionServerName)),
    alpn: protocolsOf(extensions?.get(extensionAlpn)),
    versions: versions === undefined ? [legacyVersion] : versionsOf(versions),
    earlyData: extensions?.has(extensionEarlyData) ?? false,
  };
}

/** Reads the body of a ServerHello; null when it contradicts itself. */
export function readServerHello(body: Uint8Array): ServerHello | null {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.uint(2);
  const random = cursor.take(32).slice();
  cursor.vector(1);
  const suite = cursor.uint(2);
  cursor.uint(1);
  if (!cursor.ok) return null;
  const extensions = cursor.left === 0 ? null : readExtensions(cursor.vector(2));
  const chosen = extensions?.get(extensionSupportedVersions);
  return {
    random,
    version: chosen === undefined ? legacyVersion : new Cursor(chosen).uint(2),
    suite,
    alpn: protocolsOf(extensions?.get(extensionAlpn))[0] ?? null,
    encryptThenMac: extensions?.has(extensionEncryptThenMac) ?? false,
    retry: Buffer.from(random).toString('hex') === retryRandom,
  };
}

/** What EncryptedExtensions of TLS 1.3 decide. */
export function readEncryptedExtensions(body: Uint8Array): { alpn: string | null; earlyData: boolean } {
  const extensions = readExtensions(new Cursor(body).vector(2));
  return {
    alpn: protocolsOf(extensions.get(extensionAlpn))[0] ?? null,
    earlyData: extensions.has(extensionEarlyData),
  };
}

/** Subject of the first certificate of a Certificate message on one line; null when there is none to read. */
export function certificateSubject(body: Uint8Array, tls13: boolean): string | null {
  const cursor = new Cursor(body);
  if (tls13) cursor.vector(1);
  const list = new Cursor(cursor.vector(3));
  const first = list.vector(3);
  if (!cursor.ok || !list.ok || first.length === 0) return null;
  try {
    const { subject } = new X509Certificate(first);
    return subject === undefined ? null : subject.split('\n').join(', ').slice(0, nameCharactersMax);
  } catch {
    // Bytes of a stranger: no certificate, no subject.
    return null;
  }
}

/** A version number as people write it. */
export function versionName(version: number): string {
  switch (version) {
    case 0x0304:
      return 'TLSv1.3';
    case 0x0303:
      return 'TLSv1.2';
    case 0x0302:
      return 'TLSv1.1';
    case 0x0301:
      return 'TLSv1';
    case 0x0300:
      return 'SSLv3';
    default:
      return `0x${version.toString(16).padStart(4, '0')}`;
  }
}

function readExtensions(bytes: Uint8Array): Map<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  const cursor = new Cursor(bytes);
  while (cursor.left >= 4) {
    const type = cursor.uint(2);
    const data = cursor.vector(2);
    if (!cursor.ok) break;
    extensions.set(type, data);
  }
  return extensions;
}

function serverNameOf(extension: Uint8Array | undefined): string | null {
  if (extension === undefined) return null;
  const list = new Cursor(new Cursor(extension).vector(2));
  const type = list.uint(1);
  const name = list.vector(2);
  return list.ok && type === 0 && name.length > 0 ? printable(name) : null;
}

function protocolsOf(extension: Uint8Array | undefined): readonly string[] {
  if (extension === undefined) return [];
  const list = new Cursor(new Cursor(extension).vector(2));
  const names: string[] = [];
  while (list.left > 0 && names.length < namesMax) {
    const name = list.vector(1);
    if (!list.ok) break;
    names.push(printable(name));
  }
  return names;
}

/** GREASE values (RFC 8701) are no versions. */
function versionsOf(extension: Uint8Array): readonly number[] {
  const list = new Cursor(new Cursor(extension).vector(1));
  const versions: number[] = [];
  while (list.left >= 2 && versions.length < namesMax) {
    const version = list.uint(2);
    if ((version & 0x0f0f) !== 0x0a0a) versions.push(version);
  }
  return versions;
}

function printable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, nameCharactersMax)).toString('latin1');
  return text.replace(/[^\x20-\x7e]/g, '?');
}
