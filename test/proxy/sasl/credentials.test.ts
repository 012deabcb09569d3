import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  Credentials,
  principalOf,
  TokenError,
  tokenOf,
  type UpstreamSasl,
} from '../../../src/proxy/sasl/credentials.ts';
import type { SaslMechanism } from '../../../src/proxy/sasl/mechanism.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const prepared = (sasl: UpstreamSasl) =>
  new Promise<SaslMechanism | TokenError>((resolve) => {
    new Credentials(sasl).prepare(resolve);
  });

async function mechanism(sasl: UpstreamSasl): Promise<SaslMechanism> {
  const made = await prepared(sasl);
  if (made instanceof TokenError) throw made;
  return made;
}

describe('Credentials', () => {
  test('make the mechanism asked for, and its principal is known', async () => {
    for (const name of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
      const made = await mechanism({ mechanism: name, username: 'alice', password: 'x' });
      expect([made.name, principalOf(made)]).toEqual([name, 'alice']);
    }
  });

  test('give every SCRAM login a nonce of its own, and a delegation token its mark', async () => {
    const sasl: UpstreamSasl = { mechanism: 'SCRAM-SHA-256', username: 'a', password: 'x', delegationToken: true };
    const firsts = [await mechanism(sasl), await mechanism(sasl)].map((made) => Buffer.from(made.first()).toString());
    expect(firsts[0]).not.toBe(firsts[1]);
    expect(firsts[0]).toMatch(/^n,,n=a,r=[\w-]{32},tokenauth=true$/);
  });

  test('read a token anew for each login', async () => {
    const tokenFile = join(folder, 'token');
    const sub = Buffer.from('{"sub":"bob"}').toString('base64url');
    writeFileSync(tokenFile, ` a.${sub}.c\n`);
    const credentials = new Credentials({ mechanism: 'OAUTHBEARER', tokenFile });
    const next = () => new Promise<SaslMechanism | TokenError>((resolve) => credentials.prepare(resolve));
    const first = await next();
    expect(first instanceof TokenError ? first.message : principalOf(first)).toBe('bob');
    writeFileSync(tokenFile, 'opaque-token');
    const second = await next();
    expect(second instanceof TokenError ? second : second.secrets).toEqual(['opaque-token']);
    rmSync(tokenFile);
    expect(await next()).toMatchObject({ message: `${tokenFile} cannot be read (ENOENT).` });
    writeFileSync(tokenFile, '\n');
    expect(await next()).toMatchObject({ message: `${tokenFile} is empty; write the token into it.` });
  });

  test('make an unsecured token for a development cluster', async () => {
    const unsecured = { subject: 'dev', lifetimeSeconds: 60 };
    expect(principalOf(await mechanism({ mechanism: 'OAUTHBEARER', unsecured }))).toBe('dev');
  });

  test('derive a key once for the same salt, apart from other salts', async () => {
    const credentials = new Credentials({ mechanism: 'SCRAM-SHA-256', username: 'a', password: 'pencil' });
    const derive = (salt: string) =>
      new Promise<Uint8Array>((resolve) => credentials.derive(Buffer.from(salt), 4096, resolve));
    const first = await derive('salt');
    expect(Buffer.from(first)).toEqual(pbkdf2Sync('pencil', 'salt', 4096, 32, 'sha256'));
    expect(await derive('salt')).toBe(first);
    for (let salt = 0; salt < 9; salt += 1) await derive(`${salt}`);
    expect(await derive('salt')).not.toBe(first);
  });

  test('only SCRAM derives', () => {
    const credentials = new Credentials({ mechanism: 'PLAIN', username: 'a', password: 'x' });
    expect(() => credentials.derive(Buffer.from('salt'), 4096, () => undefined)).toThrow('only SCRAM');
  });
});

test('what cannot be a token is refused without repeating it', () => {
  expect(tokenOf(Buffer.from('a-._~+/b==\n'), 'f')).toBe('a-._~+/b==');
  for (const text of ['two words', 'a\x01b', '{"access_token":"secret-thing"}', '\x00']) {
    expect(() => tokenOf(Buffer.from(text), 'f')).toThrow(/^f (holds something|is empty)/);
    expect(() => tokenOf(Buffer.from(text), 'f')).not.toThrow(/secret-thing/);
  }
  expect(() => tokenOf(Buffer.alloc(300_000, 0x61), 'f')).toThrow('300000 bytes');
});
