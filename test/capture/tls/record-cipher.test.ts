import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CipherSuite, cipherSuite } from '../../../src/capture/tls/cipher-suites.ts';
import { nextTrafficSecret, tls12Cipher, tls13Cipher } from '../../../src/capture/tls/record-cipher.ts';

const suiteOf = (id: number): CipherSuite => {
  const suite = cipherSuite(id);
  if (suite === null) throw new Error(`no suite ${id}`);
  return suite;
};

describe('record ciphers', () => {
  it('open the first application record of RFC 8448 §3', () => {
    const secret = Buffer.from('9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5', 'hex');
    const record = Buffer.from(
      '1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4',
      'hex',
    );
    const opened = tls13Cipher(suiteOf(0x1301), secret).open(record.subarray(0, 5), record.subarray(5), 0);
    expect(opened?.type).toBe(23);
    expect(Buffer.from(opened?.bytes ?? [])).toEqual(Buffer.from(Array.from({ length: 50 }, (_, index) => index)));
  });

  it('refuse another number, another key, and cut records', () => {
    const secret = Buffer.alloc(32, 1);
    const cipher = tls13Cipher(suiteOf(0x1301), secret);
    const body = Buffer.alloc(40);
    expect(cipher.open(Buffer.from([23, 3, 3, 0, 40]), body, 0)).toBeNull();
    expect(cipher.open(Buffer.from([23, 3, 3, 0, 3]), body.subarray(0, 3), 0)).toBeNull();
    expect(nextTrafficSecret(suiteOf(0x1301), secret)).toHaveLength(32);
    const keying = {
      masterSecret: Buffer.alloc(48),
      clientRandom: Buffer.alloc(32),
      serverRandom: Buffer.alloc(32),
      encryptThenMac: false,
    };
    for (const id of [0xc02b, 0xc013, 0xcca8]) {
      for (const length of [0, 7, 16, 31, 32, 48, 64]) {
        const old = tls12Cipher({ ...keying, suite: suiteOf(id) }, true);
        expect(old.open(Buffer.from([23, 3, 3, 0, length]), Buffer.alloc(length), 0)).toBeNull();
      }
    }
  });

  it('a CBC record whose padding points outside is refused, not read', () => {
    const keying = {
      suite: suiteOf(0x002f),
      masterSecret: Buffer.alloc(48, 3),
      clientRandom: Buffer.alloc(32, 1),
      serverRandom: Buffer.alloc(32, 2),
      encryptThenMac: false,
    };
    const cipher = tls12Cipher(keying, true);
    const sealed = createCipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16)).setAutoPadding(false);
    const body = Buffer.concat([Buffer.alloc(16), sealed.update(Buffer.alloc(64, 255)), sealed.final()]);
    expect(cipher.open(Buffer.from([23, 3, 3, 0, body.length]), body, 0)).toBeNull();
  });
});
