import { getCiphers } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cipherSuite, cipherSuiteName } from '../../../src/capture/tls/cipher-suites.ts';

describe('cipher suites', () => {
  it('take their facts from their names', () => {
    expect(cipherSuite(0x1305)).toMatchObject({ cipher: 'aes-128-ccm', tagBytes: 8, hash: 'sha256', tls13: true });
    expect(cipherSuite(0xc030)).toMatchObject({ cipher: 'aes-256-gcm', keyBytes: 32, hash: 'sha384', mac: null });
    expect(cipherSuite(0xc014)).toMatchObject({ cipher: 'aes-256-cbc', hash: 'sha256', mac: 'sha1', tls13: false });
    expect(cipherSuite(0xc028)).toMatchObject({ cipher: 'aes-256-cbc', hash: 'sha384', mac: 'sha384' });
    expect(cipherSuite(0xcca9)).toMatchObject({ cipher: 'chacha20-poly1305', keyBytes: 32, tagBytes: 16 });
  });

  it('are ones that OpenSSL knows', () => {
    for (const id of [0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x002f, 0x0035, 0xc0a0]) {
      const cipher = cipherSuite(id)?.cipher ?? '';
      expect(getCiphers().map((name) => name.replace('id-aes128-CCM', 'aes-128-ccm'))).toContain(cipher);
    }
  });

  it('not read here have a number for a name', () => {
    expect(cipherSuite(0x000a)).toBeNull();
    expect(cipherSuiteName(0x000a)).toBe('0x000a');
    expect(cipherSuiteName(0x1301)).toBe('TLS_AES_128_GCM_SHA256');
  });
});
