import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { certificatesOf, privateKeyOf } from '../../src/cli/pem.ts';

const body = 'A'.repeat(70);
const certificate = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\nAAAAAA\n-----END CERTIFICATE-----\n`;

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'key-secret' })
  .toString();

describe('PEM', () => {
  test.each([
    ['with lines', certificate],
    ['on one line', `-----BEGIN CERTIFICATE----- ${body} -----END CERTIFICATE-----`],
    ['with Windows line ends', certificate.replaceAll('\n', '\r\n')],
    ['behind the words of keytool', `Alias name: x\nOwner: y\n${certificate}\n*****\n`],
    ['beside a key', `${plain}${certificate}`],
  ])('certificates %s', (_case, text) => {
    expect(certificatesOf(text)).toBe(certificate);
  });

  test('all certificates of a chain, and none where there is none', () => {
    expect(certificatesOf(`${certificate}${certificate}`)).toBe(`${certificate}${certificate}`);
    expect(certificatesOf(plain)).toBe('');
  });

  test('a key, also on one line, also encrypted', () => {
    expect(privateKeyOf(`${certificate}${plain}`, null)).toEqual({ key: plain });
    expect(privateKeyOf(plain.replaceAll('\n', ' '), null)).toEqual({ key: plain });
    for (const text of [encrypted, encrypted.replaceAll('\n', ' ')]) {
      const read = privateKeyOf(text, 'key-secret');
      expect('key' in read && createPrivateKey(read.key).asymmetricKeyType).toBe('ec');
    }
  });

  test('a traditional key with headers keeps them', () => {
    const legacy = privateKey
      .export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'key-secret' })
      .toString();
    expect(privateKeyOf(legacy, null)).toEqual({ wrong: 'password-missing' });
    expect(privateKeyOf(legacy, 'key-secret')).toHaveProperty('key');
  });

  test('what is wrong is one word', () => {
    expect(privateKeyOf(certificate, null)).toEqual({ wrong: 'none' });
    expect(privateKeyOf(encrypted, null)).toEqual({ wrong: 'password-missing' });
    expect(privateKeyOf(encrypted, 'mistaken')).toEqual({ wrong: 'unreadable' });
  });
});
