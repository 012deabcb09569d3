import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAuthority } from '../../src/proxy/authority-store.ts';
import { makeAuthority } from '../../src/proxy/certificate-maker.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'kafka-scope-ca-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const mode = (path: string) => statSync(path).mode & 0o777;

test('is made once, for its owner alone, and found again', () => {
  const folder = join(base, 'state', 'kafka-scope');
  const made = loadAuthority(folder, Date.now());
  expect(made.created).toBe(true);
  expect([mode(folder), mode(join(folder, 'ca.pem')), mode(join(folder, 'ca-key.pem'))]).toEqual([0o700, 0o600, 0o600]);
  const found = loadAuthority(folder, Date.now());
  expect(found).toEqual({ ...made, created: false });
});

test.each([
  [
    'a key of another',
    (folder: string) => writeFileSync(join(folder, 'ca-key.pem'), makeAuthority(Date.now()).key),
    /does not belong/,
  ],
  ['no key', (folder: string) => rmSync(join(folder, 'ca-key.pem')), /only one of/],
  ['nonsense', (folder: string) => writeFileSync(join(folder, 'ca.pem'), 'x'), /cannot be used/],
])('with %s is refused in a sentence', (_name, spoil, sentence) => {
  loadAuthority(base, Date.now());
  spoil(base);
  expect(() => loadAuthority(base, Date.now())).toThrow(sentence);
});

test('an expired one is refused, and a folder that cannot be written is named', () => {
  loadAuthority(base, Date.now());
  expect(() => loadAuthority(base, Date.now() + 11 * 365 * 86_400_000)).toThrow(/expired/);
  writeFileSync(join(base, 'file'), '');
  expect(() => loadAuthority(join(base, 'file', 'x'), Date.now())).toThrow(/file/);
  mkdirSync(join(base, 'other'));
});
