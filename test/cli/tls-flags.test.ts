import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientTlsOf, stateFolder, upstreamTlsOf } from '../../src/cli/tls-flags.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-flags-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const pem = '-----BEGIN CERTIFICATE-----\n';

describe('TLS of clients', () => {
  test('is off unless asked for', () => {
    expect(clientTlsOf({}, {})).toBe(null);
  });

  test('--tls-auto makes its authority in the state folder once', () => {
    const env = { XDG_STATE_HOME: folder };
    const first = clientTlsOf({ tlsAuto: true }, env);
    expect(first?.authority?.cert).toContain('BEGIN CERTIFICATE');
    expect(clientTlsOf({ tlsAuto: true }, env)).toEqual(first);
  });

  test('--tls-cert, --tls-key and --client-ca are read', () => {
    const [tlsCert, tlsKey, clientCa] = [file('c', `${pem}c`), file('k', `${pem}k`), file('a', `${pem}a`)];
    expect(clientTlsOf({ tlsCert, tlsKey, clientCa }, {})).toEqual({
      certificate: { cert: `${pem}c`, key: `${pem}k` },
      authority: null,
      clientCa: `${pem}a`,
    });
  });

  test('half of a pair, two ways at once and a client CA without TLS are refused', () => {
    expect(() => clientTlsOf({ tlsCert: 'c' }, {})).toThrow('--tls-cert needs --tls-key');
    expect(() => clientTlsOf({ tlsKey: 'k' }, {})).toThrow('--tls-key needs --tls-cert');
    expect(() => clientTlsOf({ tlsAuto: true, tlsCert: 'c' }, {})).toThrow('--tls-auto makes its own');
    expect(() => clientTlsOf({ clientCa: 'a' }, {})).toThrow('--client-ca needs TLS');
  });

  test('a file that is missing, no PEM or a keystore is named', () => {
    const store = file('store.jks', Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0));
    expect(() => upstreamTlsOf({ upstreamCa: join(folder, 'none') })).toThrow('none');
    expect(() => upstreamTlsOf({ upstreamCa: file('text', 'hello') })).toThrow('is no PEM file: give a PEM');
    expect(() => upstreamTlsOf({ upstreamCa: store })).toThrow('keytool -importkeystore');
  });
});

describe('TLS to the brokers', () => {
  test('is off unless asked for, and any of its flags turns it on', () => {
    const plain = { ca: null, cert: null, key: null, servername: null, insecure: false };
    expect(upstreamTlsOf({})).toBe(null);
    expect(upstreamTlsOf({ upstreamTls: true })).toEqual(plain);
    expect(upstreamTlsOf({ upstreamServername: 'b' })).toEqual({ ...plain, servername: 'b' });
    expect(upstreamTlsOf({ upstreamInsecure: true })).toEqual({ ...plain, insecure: true });
    expect(() => upstreamTlsOf({ upstreamCert: 'c' })).toThrow('--upstream-cert needs --upstream-key');
  });
});

test('the state folder is the XDG one, else below home', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/x' })).toBe('/x/kafka-scope');
  expect(stateFolder({ HOME: '/home/u' })).toBe('/home/u/.local/state/kafka-scope');
  expect(() => stateFolder({})).toThrow('XDG_STATE_HOME');
});
