import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';

const nowMs = Date.now();
const authority = makeAuthority(nowMs);
const leaf = makeLeaf(authority, ['kafka.example', '10.1.2.3', '::1', 'fe80::1:2%eth0', '::ffff:1.2.3.4'], nowMs);

test('the authority is one, signs itself and fits its key', () => {
  const parsed = new X509Certificate(authority.cert);
  expect(parsed.ca).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkIssued(parsed)).toBe(true);
  expect(parsed.checkPrivateKey(createPrivateKey(authority.key))).toBe(true);
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(nowMs + 9 * 365 * 86_400_000);
});

test('a leaf is issued by it, for every name and address, and for servers only', () => {
  const parsed = new X509Certificate(leaf.cert);
  const issuer = new X509Certificate(authority.cert);
  expect(parsed.ca).toBe(false);
  expect(parsed.checkIssued(issuer)).toBe(true);
  expect(parsed.verify(issuer.publicKey)).toBe(true);
  expect(parsed.verify(new X509Certificate(makeAuthority(nowMs).cert).publicKey)).toBe(false);
  expect(parsed.checkPrivateKey(createPrivateKey(leaf.key))).toBe(true);
  expect(parsed.checkHost('kafka.example')).toBe('kafka.example');
  expect(parsed.checkHost('other.example')).toBe(undefined);
  for (const address of ['10.1.2.3', '::1', 'fe80::1:2']) expect(parsed.checkIP(address)).toBe(address);
  expect(parsed.checkIP('10.1.2.4')).toBe(undefined);
  expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(Date.parse(parsed.validFrom)).toBeLessThan(nowMs);
});

test('serial numbers are positive and differ', () => {
  const serials = Array.from(
    { length: 20 },
    () => new X509Certificate(makeLeaf(authority, ['a'], nowMs).cert).serialNumber,
  );
  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test('openssl builds the same chain in its strict mode, where it is installed', ({ skip }) => {
  if (spawnSync('openssl', ['version']).status !== 0) skip();
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-cert-'));
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  writeFileSync(join(folder, 'leaf.pem'), leaf.cert);
  const args = [
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-verify_hostname',
    'kafka.example',
    '-CAfile',
    'ca.pem',
    'leaf.pem',
  ];
  const result = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(`${result.stdout}${result.stderr}`).toBe('leaf.pem: OK\n');
});
