import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TlsFlags } from '../../src/cli/tls-flags.ts';
import { addUpstreamFlags, type UpstreamFlags, upstreamOf } from '../../src/cli/upstream-flags.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-upstream-flags-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function read(flags: UpstreamFlags & TlsFlags) {
  const warnings: string[] = [];
  return { ...upstreamOf({ upstream: 'b:9092', ...flags }, (sentence) => warnings.push(sentence)), warnings };
}

const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const javaFile = (): string =>
  file(
    'client.properties',
    [
      'bootstrap.servers=file:9093',
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-256',
      'sasl.jaas.config=x.ScramLoginModule required username="alice" password="alice-secret";',
      `ssl.truststore.location=${file('ca.pem', certificate)}`,
      'ssl.endpoint.identification.algorithm=',
    ].join('\n'),
  );

describe('the way to the cluster', () => {
  test('by flags alone', () => {
    const password = file('password', 'pass word \n');
    expect(read({})).toEqual({ servers: [{ host: 'b', port: 9092 }], tls: null, sasl: null, warnings: [] });
    const flags = { upstreamSaslMechanism: 'scram-sha-512', upstreamSaslUsername: 'alice' };
    expect(read({ ...flags, upstreamSaslPasswordFile: password }).sasl).toEqual({
      mechanism: 'SCRAM-SHA-512',
      username: 'alice',
      password: 'pass word ',
    });
    const token = file('token', 'a.b.c');
    expect(read({ upstreamSaslMechanism: 'OAUTHBEARER', upstreamSaslTokenFile: token }).sasl).toEqual({
      mechanism: 'OAUTHBEARER',
      tokenFile: token,
    });
  });

  test('by a file alone', () => {
    const upstream = upstreamOf({ upstreamConfig: javaFile() }, () => undefined);
    expect(upstream).toEqual({
      servers: [{ host: 'file', port: 9093 }],
      tls: { ca: certificate, cert: null, key: null, servername: null, insecure: false, anyName: true },
      sasl: { mechanism: 'SCRAM-SHA-256', username: 'alice', password: 'alice-secret' },
    });
  });

  test('flags win over the file, one by one', () => {
    const upstream = read({
      upstreamConfig: javaFile(),
      upstreamCa: file('other.pem', `${certificate}other`),
      upstreamServername: 'broker',
      upstreamSaslUsername: 'bob',
      upstreamSaslPasswordFile: file('password', 'bob-secret'),
    });
    expect(upstream).toEqual({
      servers: [{ host: 'b', port: 9092 }],
      tls: { ca: `${certificate}other`, cert: null, key: null, servername: 'broker', insecure: false, anyName: false },
      sasl: { mechanism: 'SCRAM-SHA-256', username: 'bob', password: 'bob-secret' },
      warnings: [],
    });
    expect(read({ upstreamConfig: javaFile(), upstreamInsecure: true }).tls).toMatchObject({
      ca: null,
      insecure: true,
    });
  });

  test('secrets that everybody may read are warned of', () => {
    const config = javaFile();
    chmodSync(config, 0o644);
    expect(read({ upstreamConfig: config }).warnings).toEqual([
      `${config} holds a secret and everybody on this machine may read it: chmod 600 ${config}.`,
    ]);
    const password = file('password', 'x', 0o644);
    const plain = { upstreamSaslMechanism: 'PLAIN', upstreamSaslUsername: 'a', upstreamSaslPasswordFile: password };
    expect(read(plain).warnings).toHaveLength(1);
  });

  test.each<[string, () => UpstreamFlags, string]>([
    ['no servers', () => ({ upstream: undefined }) as unknown as UpstreamFlags, '--upstream HOST:PORT is missing'],
    [
      'servers in no file',
      () => ({ upstream: undefined, upstreamConfig: file('x', 'a=b') }) as unknown as UpstreamFlags,
      'names no bootstrap.servers',
    ],
    ['bad servers', () => ({ upstream: 'b' }), '--upstream: "b" has no port'],
    ['GSSAPI', () => ({ upstreamSaslMechanism: 'gssapi' }), 'cannot log in by gssapi (Kerberos)'],
    ['no mechanism', () => ({ upstreamSaslUsername: 'a' }), 'add --upstream-sasl-mechanism'],
    ['no user', () => ({ upstreamSaslMechanism: 'PLAIN' }), 'add --upstream-sasl-username'],
    [
      'no password',
      () => ({ upstreamSaslMechanism: 'PLAIN', upstreamSaslUsername: 'a' }),
      'add --upstream-sasl-password-file',
    ],
    ['a user with NUL', () => ({ upstreamSaslMechanism: 'PLAIN', upstreamSaslUsername: 'a\0b' }), 'NUL'],
    ['no token', () => ({ upstreamSaslMechanism: 'OAUTHBEARER' }), 'add --upstream-sasl-token-file'],
  ])('%s is refused with the next step', (_case, flags, words) => {
    expect(() => read(flags())).toThrow(words);
  });

  test.each<[string, string, string]>([
    ['empty', '\n', 'is empty'],
    ['with a NUL', 'zz-secret\0', 'NUL'],
    ['huge', 'x'.repeat(70_000), '70000 bytes'],
  ])('a password file that is %s is refused', (_case, text, words) => {
    const flags = { upstreamSaslMechanism: 'PLAIN', upstreamSaslUsername: 'a' };
    expect(() => read({ ...flags, upstreamSaslPasswordFile: file('p', text) })).toThrow(words);
    expect(() => read({ ...flags, upstreamSaslPasswordFile: '-' })).toThrow('standard input is not for secrets');
    expect(() => read({ ...flags, upstreamSaslPasswordFile: join(folder, 'none') })).toThrow('ENOENT');
  });

  test('a token file that holds none is refused at the start', () => {
    const flags = { upstreamSaslMechanism: 'OAUTHBEARER', upstreamSaslTokenFile: file('t', 'zz secret') };
    expect(() => read(flags)).toThrow('no bearer token');
    expect(() => read(flags)).not.toThrow(/zz secret/);
  });
});

test('every flag has its environment variable', () => {
  const command = addUpstreamFlags(new Command('proxy'));
  expect(command.options.map(({ long, envVar }) => `${long} ${envVar}`)).toEqual([
    '--upstream KAFKA_SCOPE_UPSTREAM',
    '--upstream-config KAFKA_SCOPE_UPSTREAM_CONFIG',
    '--upstream-sasl-mechanism KAFKA_SCOPE_UPSTREAM_SASL_MECHANISM',
    '--upstream-sasl-username KAFKA_SCOPE_UPSTREAM_SASL_USERNAME',
    '--upstream-sasl-password-file KAFKA_SCOPE_UPSTREAM_SASL_PASSWORD_FILE',
    '--upstream-sasl-token-file KAFKA_SCOPE_UPSTREAM_SASL_TOKEN_FILE',
  ]);
});
