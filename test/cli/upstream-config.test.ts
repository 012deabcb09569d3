import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readUpstreamConfig, type UpstreamOverrides } from '../../src/cli/upstream-config.ts';

let path = '';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-upstream-'));
  path = join(folder, 'client.conf');
});
afterEach(() => rmSync(folder, { recursive: true }));

const none: UpstreamOverrides = { servers: false, mechanism: null, ca: false, pair: false, tls: false, sasl: false };

function read(text: string, overrides: Partial<UpstreamOverrides> = {}) {
  writeFileSync(path, text);
  return readUpstreamConfig(path, { ...none, ...overrides });
}

describe('--upstream-config', () => {
  test('a Java client that logs in over TLS', () => {
    const config = read(
      [
        'bootstrap.servers=SASL_SSL://b1:9093, b2:9093',
        'security.protocol=sasl_ssl',
        'sasl.mechanism=SCRAM-SHA-512',
        'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\',
        '  username="alice" \\',
        '  password="alice-secret";',
        'group.id=x',
        'max.poll.records=100',
      ].join('\n'),
    );
    expect(config).toMatchObject({
      servers: [
        { host: 'b1', port: 9093 },
        { host: 'b2', port: 9093 },
      ],
      tls: { ca: null, insecure: false },
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password: 'alice-secret' },
      warnings: [],
    });
  });

  test('a kcat configuration; librdkafka takes 9092 for a missing port', () => {
    const config = read('metadata.broker.list=b1,[::1]:9094\nsasl.username=alice');
    expect(config.servers).toEqual([
      { host: 'b1', port: 9092 },
      { host: '::1', port: 9094 },
    ]);
    expect([config.tls, config.sasl]).toEqual([null, null]);
    expect(config.warnings).toEqual([
      `${path}: sasl.username have no effect, as for any client, because security.protocol is not set.`,
    ]);
  });

  test('flags turn TLS and the login on', () => {
    const text = 'sasl.username=alice\nsasl.password=x\nssl.ca.location=probe';
    const config = read(text, { tls: true, sasl: true, mechanism: 'PLAIN' });
    expect(config).toMatchObject({ tls: { ca: null }, sasl: { mechanism: 'PLAIN', username: 'alice' }, warnings: [] });
  });

  test('security settings that are not supported are named in one line, ordinary ones not at all', () => {
    const text = [
      'security.protocol=SASL_SSL',
      'sasl.mechanism=OAUTHBEARER',
      'sasl.oauthbearer.token.endpoint.url=https://idp',
      'sasl.login.callback.handler.class=x.Y',
      'ssl.engine.factory.class=x.Z',
      'sasl.login.refresh.window.factor=0.8',
      'ssl.truststore.password=zz-secret',
      'linger.ms=5',
    ].join('\n');
    const { warnings } = read(text);
    expect(warnings).toEqual([
      `${path}: kafka-scope does not support these security settings: sasl.oauthbearer.token.endpoint.url (line 3), sasl.login.callback.handler.class (line 4), ssl.engine.factory.class (line 5).`,
    ]);
  });

  test.each([
    ['security.protocol=TLS', 'security.protocol: one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL'],
    ['bootstrap.servers=b1:x', ':1: bootstrap.servers: "x" is no port'],
    ['security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI', ':2: sasl.mechanism: kafka-scope cannot log in by GSSAPI'],
  ])('%j is refused with file and line', (text, words) => {
    expect(() => read(text)).toThrow(words);
    expect(() => read(text)).toThrow(path);
  });

  test('servers by flag: those of the file are not looked at', () => {
    expect(read('bootstrap.servers=:::', { servers: true }).servers).toBe(null);
  });

  test('no file, standard input and a film are refused', () => {
    expect(() => readUpstreamConfig(join(folder, 'none'), none)).toThrow('ENOENT');
    expect(() => readUpstreamConfig('-', none)).toThrow('standard input is not for secrets');
    expect(() => read('#'.repeat(5_000_000))).toThrow('larger than 4 MiB');
  });
});
