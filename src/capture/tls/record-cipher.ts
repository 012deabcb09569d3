import { createDecipheriv, createHmac } from 'node:crypto';
import type { CipherSuite } from './cipher-suites.ts';
import { expandLabel, prf } from './key-schedule.ts';

/** A record in the clear: its true content type, and what it held. */
export interface OpenedRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Keys of one direction of one connection. */
export interface RecordCipher {
  /** Bytes of a record beyond its content, the 5-byte header included; null where padding makes that vary. */
  readonly overheadBytes: number | null;
  /** Decrypts and verifies a record; null when these are not its keys or this is not its number. */
  open(header: Uint8Array, body: Uint8Array, sequence: number): OpenedRecord | null;
}

const headerBytes = 5;
const nonceBytes = 12;
const aesBlockBytes = 16;

/** Keys of TLS 1.3 from a traffic secret (RFC 8446 §7.3). */
export function tls13Cipher(suite: CipherSuite, secret: Uint8Array): RecordCipher {
  const key = expandLabel(suite.hash, secret, 'key', suite.keyBytes);
  const iv = expandLabel(suite.hash, secret, 'iv', nonceBytes);
  return {
    overheadBytes: headerBytes + 1 + suite.tagBytes,
    open: (header, body, sequence) => {
      const inner = openAead(suite, key, xorNonce(iv, sequence), header, body);
      if (inner === null) return null;
      // The content ends with its type, behind which only zeros pad.
      let end = inner.length - 1;
      while (end >= 0 && inner[end] === 0) end -= 1;
      return end < 0 ? null : { type: inner[end] as number, bytes: inner.subarray(0, end) };
    },
  };
}

/** The secret that follows a traffic secret at a KeyUpdate (RFC 8446 §7.2). */
export function nextTrafficSecret(suite: CipherSuite, secret: Uint8Array): Buffer {
  return expandLabel(suite.hash, secret, 'traffic upd', secret.length);
}

/** What a TLS 1.2 handshake agreed on. */
export interface Tls12Keying {
  readonly suite: CipherSuite;
  readonly masterSecret: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** RFC 7366: the MAC covers the ciphertext. */
  readonly encryptThenMac: boolean;
}

/** Keys of one direction under TLS 1.2, from the key block (RFC 5246 §6.3). */
export function tls12Cipher(keying: Tls12Keying, fromClient: boolean): RecordCipher {
  const { suite } = keying;
  const macBytes = suite.mac === null ? 0 : suite.mac === 'sha1' ? 20 : suite.mac === 'sha256' ? 32 : 48;
  const ivBytes = suite.mac !== null ? 0 : suite.cipher === 'chacha20-poly1305' ? 12 : 4;
  const seed = Buffer.concat([keying.serverRandom, keying.clientRandom]);
  const block = prf(suite.hash, keying.masterSecret, 'key expansion', seed, 2 * (macBytes + suite.keyBytes + ivBytes));
  const own = fromClient ? 0 : 1;
  const macKey = block.subarray(own * macBytes, (own + 1) * macBytes);
  const keyAt = 2 * macBytes + own * suite.keyBytes;
  const key = block.subarray(keyAt, keyAt + suite.keyBytes);
  const ivAt = 2 * (macBytes + suite.keyBytes) + own * ivBytes;
  const iv = block.subarray(ivAt, ivAt + ivBytes);
  return suite.mac === null ? aead12(suite, key, iv) : cbc12(suite, key, macKey, keying.encryptThenMac);
}

/** RFC 5288, 6655 (GCM, CCM: 8 bytes of the nonce in the record) and 7905 (ChaCha20: none). */
function aead12(suite: CipherSuite, key: Uint8Array, iv: Uint8Array): RecordCipher {
  const explicitBytes = iv.length === nonceBytes ? 0 : 8;
  return {
    overheadBytes: headerBytes + explicitBytes + suite.tagBytes,
    open: (header, body, sequence) => {
      const contentBytes = body.length - explicitBytes - suite.tagBytes;
      if (contentBytes < 0) return null;
      const nonce = explicitBytes === 0 ? xorNonce(iv, sequence) : Buffer.concat([iv, body.subarray(0, explicitBytes)]);
      const bytes = openAead(
        suite,
        key,
        nonce,
        macHeader(header, sequence, contentBytes),
        body.subarray(explicitBytes),
      );
      return bytes === null ? null : { type: header[0] as number, bytes };
    },
  };
}

/** CBC with an explicit IV, the MAC inside the ciphertext (RFC 5246) or behind it (RFC 7366). */
function cbc12(suite: CipherSuite, key: Uint8Array, macKey: Uint8Array, encryptThenMac: boolean): RecordCipher {
  const hash = suite.mac ?? 'sha1';
  const macBytes = macKey.length;
  const tagOf = (header: Uint8Array, sequence: number, content: Uint8Array) =>
    createHmac(hash, macKey)
      .update(macHeader(header, sequence, content.length))
      .update(content)
      .digest();
  return {
    overheadBytes: null,
    open: (header, body, sequence) => {
      const sealed = encryptThenMac ? body.subarray(0, Math.max(0, body.length - macBytes)) : body;
      if (sealed.length < 2 * aesBlockBytes || sealed.length % aesBlockBytes !== 0) return null;
      if (encryptThenMac && tagOf(header, sequence, sealed).compare(body, sealed.length) !== 0) return null;
      const decipher = createDecipheriv(suite.cipher, key, sealed.subarray(0, aesBlockBytes)).setAutoPadding(false);
      const plain = Buffer.concat([decipher.update(sealed.subarray(aesBlockBytes)), decipher.final()]);
      const end = plain.length - 1 - (plain[plain.length - 1] as number) - (encryptThenMac ? 0 : macBytes);
      if (end < 0) return null;
      const bytes = plain.subarray(0, end);
      if (!encryptThenMac && tagOf(header, sequence, bytes).compare(plain, end, end + macBytes) !== 0) return null;
      return { type: header[0] as number, bytes };
    },
  };
}

/** Sequence number, type, version and content length, as TLS 1.2 authenticates them. */
function macHeader(header: Uint8Array, sequence: number, contentBytes: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeBigUInt64BE(BigInt(sequence));
  bytes.set(header.subarray(0, 3), 8);
  bytes.writeUInt16BE(contentBytes, 11);
  return bytes;
}

function xorNonce(iv: Uint8Array, sequence: number): Buffer {
  const nonce = Buffer.from(iv);
  const low = nonce.readUInt32BE(8) ^ (sequence % 0x1_0000_0000);
  const high = nonce.readUInt32BE(4) ^ Math.floor(sequence / 0x1_0000_0000);
  nonce.writeUInt32BE(low >>> 0, 8);
  nonce.writeUInt32BE(high >>> 0, 4);
  return nonce;
}

function openAead(
  suite: CipherSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  authenticated: Uint8Array,
  sealed: Uint8Array,
): Buffer | null {
  const contentBytes = sealed.length - suite.tagBytes;
  if (contentBytes < 0) return null;
  const options = { authTagLength: suite.tagBytes };
  try {
    const decipher =
      suite.cipher === 'aes-128-ccm' || suite.cipher === 'aes-256-ccm'
        ? createDecipheriv(suite.cipher, key, nonce, options)
        : suite.cipher === 'chacha20-poly1305'
          ? createDecipheriv(suite.cipher, key, nonce, options)
          : createDecipheriv(suite.cipher === 'aes-128-gcm' ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce, options);
    decipher.setAuthTag(sealed.subarray(contentBytes));
    decipher.setAAD(authenticated, { plaintextLength: contentBytes });
    const plain = decipher.update(sealed.subarray(0, contentBytes));
    const rest = decipher.final();
    return rest.length === 0 ? plain : Buffer.concat([plain, rest]);
  } catch {
    // The only way OpenSSL says that the tag does not fit.
    return null;
  }
}
