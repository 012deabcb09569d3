import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientSettings } from '../../src/cli/client-settings.ts';
import { tlsSettingsOf } from '../../src/cli/client-settings-tls.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-tls-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const none = { ca: false, pair: false };
const read = (text: string, overrides = none) => tlsSettingsOf(ClientSettings.parse('f', text), overrides);

const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const oneLine = '-----BEGIN CERTIFICATE----- AAAA -----END CERTIFICATE-----';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'key-secret' })
  .toString();
const empty = { ca: null, cert: null, key: null, insecure: false, anyName: false };

describe('TLS of a configuration file', () => {
  test('nothing set, and librdkafka told to look itself', () => {
    expect(read('')).toEqual(empty);
    expect(read('ssl.ca.location=probe')).toEqual(empty);
  });

  test('PEM stores of Java: files and texts', () => {
    const [ca, store] = [file('ca.pem', certificate), file('store.pem', `${encrypted}${certificate}`)];
    const located = read(
      `ssl.truststore.type=PEM\nssl.truststore.location=${ca}\nssl.keystore.type=PEM\nssl.keystore.location=${store}\nssl.key.password=key-secret`,
    );
    expect(located).toMatchObject({ ca: certificate, cert: certificate });
    expect(located.key).toContain('-----BEGIN PRIVATE KEY-----');
    const inline = read(
      `ssl.truststore.certificates=${oneLine}\nssl.keystore.certificate.chain=${oneLine}\nssl.keystore.key=${key.replaceAll('\n', '\\\n ')}`,
    );
    expect(inline).toEqual({ ...empty, ca: certificate, cert: certificate, key });
  });

  test('files of librdkafka', () => {
    const [ca, cert, pem] = [file('a', certificate), file('b', certificate), file('c', key)];
    expect(read(`ssl.ca.location=${ca}\nssl.certificate.location=${cert}\nssl.key.location=${pem}`)).toEqual({
      ...empty,
      ca: certificate,
      cert: certificate,
      key,
    });
  });

  test('what is verified', () => {
    expect(read('ssl.endpoint.identification.algorithm=').anyName).toBe(true);
    expect(read('ssl.endpoint.identification.algorithm=none').anyName).toBe(true);
    expect(read('ssl.endpoint.identification.algorithm=HTTPS').anyName).toBe(false);
    expect(read('enable.ssl.certificate.verification=false\nssl.ca.location=/none').insecure).toBe(true);
    expect(() => read('ssl.endpoint.identification.algorithm=ldaps')).toThrow('f:1: ssl.endpoint');
    expect(() => read('enable.ssl.certificate.verification=perhaps')).toThrow('true or false');
  });

  test('what flags replace is not even read', () => {
    const text = 'ssl.truststore.location=/none\nssl.keystore.location=/none';
    expect(read(text, { ca: true, pair: true })).toEqual(empty);
    expect(() => read(text)).toThrow('f:1: ssl.truststore.location: /none cannot be read (ENOENT)');
  });

  test('a Java store is told how it becomes PEM', () => {
    const jks = file('s.jks', Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0));
    const p12 = file('s.p12', Uint8Array.of(0x30, 0x82, 1, 2));
    expect(() => read(`ssl.truststore.location=${jks}`)).toThrow(`keytool -list -rfc -keystore ${jks} > ca.pem`);
    expect(() => read(`ssl.keystore.location=${jks}`)).toThrow('keytool -importkeystore');
    expect(() => read(`ssl.keystore.location=${p12}`)).toThrow(`run openssl pkcs12 -in ${p12} -nodes`);
  });

  test.each([
    ['no PEM', () => `ssl.ca.location=${file('x', 'hello')}`, 'is no PEM file'],
    ['no certificate', () => `ssl.ca.location=${file('x', key)}`, 'it holds no certificate'],
    ['no certificate of its own', () => `ssl.certificate.pem=zz-secret\nssl.key.pem=${oneLine}`, 'no certificate'],
    ['no key', () => `ssl.certificate.pem=${oneLine}\nssl.key.pem=zz-secret`, 'it holds no private key'],
    ['half a pair', () => `ssl.certificate.pem=${oneLine}`, 'names no private key'],
    ['the other half', () => `ssl.key.location=${file('x', key)}`, 'names no certificate'],
    [
      'no password',
      () => `ssl.certificate.pem=${oneLine}\nssl.key.location=${file('x', encrypted)}`,
      'set ssl.key.password',
    ],
    [
      'a wrong password',
      () => `ssl.certificate.pem=${oneLine}\nssl.key.location=${file('x', encrypted)}\nssl.key.password=zz-secret`,
      'f:3: ssl.key.password: the private key cannot be decrypted',
    ],
  ])('%s is said with file and line', (_case, text, words) => {
    const config = text();
    expect(() => read(config)).toThrow(words);
    expect(() => read(config)).not.toThrow(/zz-secret/);
  });
});
