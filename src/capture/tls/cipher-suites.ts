/** How a suite protects records. */
export type BulkCipher =
  | 'aes-128-gcm'
  | 'aes-256-gcm'
  | 'aes-128-ccm'
  | 'aes-256-ccm'
  | 'chacha20-poly1305'
  | 'aes-128-cbc'
  | 'aes-256-cbc';

/** Hash of a key schedule, or of a record's MAC. */
export type TlsHash = 'sha1' | 'sha256' | 'sha384';

/** What decrypting a record needs to know of its cipher suite. */
export interface CipherSuite {
  /** Name in IANA's registry. */
  readonly name: string;
  readonly cipher: BulkCipher;
  readonly keyBytes: 16 | 32;
  /** Bytes of the authentication tag; of an AEAD only. */
  readonly tagBytes: 8 | 16;
  /** Hash of HKDF (TLS 1.3) or of the PRF (TLS 1.2). */
  readonly hash: TlsHash;
  /** Hash of the MAC of a CBC suite; null for an AEAD. */
  readonly mac: TlsHash | null;
  readonly tls13: boolean;
}

function suite(name: string): CipherSuite {
  const tls13 = !name.includes('_WITH_');
  const keyBytes = name.includes('AES_128') ? 16 : 32;
  const cbc = name.includes('_CBC_');
  return {
    name,
    cipher: cipherOf(name, keyBytes),
    keyBytes,
    tagBytes: name.includes('_CCM_8') ? 8 : 16,
    // RFC 5246 §5: the PRF is SHA-256 unless the suite says more, also where the MAC is SHA-1.
    hash: name.endsWith('SHA384') ? 'sha384' : 'sha256',
    mac: cbc ? (name.endsWith('SHA384') ? 'sha384' : name.endsWith('SHA256') ? 'sha256' : 'sha1') : null,
    tls13,
  };
}

function cipherOf(name: string, keyBytes: 16 | 32): BulkCipher {
  if (name.includes('CHACHA20')) return 'chacha20-poly1305';
  if (name.includes('_GCM_')) return keyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  if (name.includes('_CCM')) return keyBytes === 16 ? 'aes-128-ccm' : 'aes-256-ccm';
  return keyBytes === 16 ? 'aes-128-cbc' : 'aes-256-cbc';
}

/** The suites read here, by IANA number: all of TLS 1.3, and of TLS 1.2 those that authenticate with certificates. */
const suites: ReadonlyMap<number, CipherSuite> = new Map([
  [0x1301, suite('TLS_AES_128_GCM_SHA256')],
  [0x1302, suite('TLS_AES_256_GCM_SHA384')],
  [0x1303, suite('TLS_CHACHA20_POLY1305_SHA256')],
  [0x1304, suite('TLS_AES_128_CCM_SHA256')],
  [0x1305, suite('TLS_AES_128_CCM_8_SHA256')],
  [0x002f, suite('TLS_RSA_WITH_AES_128_CBC_SHA')],
  [0x0033, suite('TLS_DHE_RSA_WITH_AES_128_CBC_SHA')],
  [0x0035, suite('TLS_RSA_WITH_AES_256_CBC_SHA')],
  [0x0039, suite('TLS_DHE_RSA_WITH_AES_256_CBC_SHA')],
  [0x003c, suite('TLS_RSA_WITH_AES_128_CBC_SHA256')],
  [0x003d, suite('TLS_RSA_WITH_AES_256_CBC_SHA256')],
  [0x0067, suite('TLS_DHE_RSA_WITH_AES_128_CBC_SHA256')],
  [0x006b, suite('TLS_DHE_RSA_WITH_AES_256_CBC_SHA256')],
  [0x009c, suite('TLS_RSA_WITH_AES_128_GCM_SHA256')],
  [0x009d, suite('TLS_RSA_WITH_AES_256_GCM_SHA384')],
  [0x009e, suite('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256')],
  [0x009f, suite('TLS_DHE_RSA_WITH_AES_256_GCM_SHA384')],
  [0xc009, suite('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA')],
  [0xc00a, suite('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA')],
  [0xc013, suite('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA')],
  [0xc014, suite('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA')],
  [0xc023, suite('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256')],
  [0xc024, suite('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384')],
  [0xc027, suite('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256')],
  [0xc028, suite('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384')],
  [0xc02b, suite('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')],
  [0xc02c, suite('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384')],
  [0xc02f, suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')],
  [0xc030, suite('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')],
  [0xc09c, suite('TLS_RSA_WITH_AES_128_CCM')],
  [0xc09d, suite('TLS_RSA_WITH_AES_256_CCM')],
  [0xc09e, suite('TLS_DHE_RSA_WITH_AES_128_CCM')],
  [0xc09f, suite('TLS_DHE_RSA_WITH_AES_256_CCM')],
  [0xc0a0, suite('TLS_RSA_WITH_AES_128_CCM_8')],
  [0xc0a1, suite('TLS_RSA_WITH_AES_256_CCM_8')],
  [0xc0ac, suite('TLS_ECDHE_ECDSA_WITH_AES_128_CCM')],
  [0xc0ad, suite('TLS_ECDHE_ECDSA_WITH_AES_256_CCM')],
  [0xc0ae, suite('TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8')],
  [0xc0af, suite('TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8')],
  [0xcca8, suite('TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256')],
  [0xcca9, suite('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256')],
  [0xccaa, suite('TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256')],
]);

/** The suite of an IANA number; null when records under it are not read here. */
export function cipherSuite(id: number): CipherSuite | null {
  return suites.get(id) ?? null;
}

/** A suite's name for people; its number where it has none here. */
export function cipherSuiteName(id: number): string {
  return suites.get(id)?.name ?? `0x${id.toString(16).padStart(4, '0')}`;
}
