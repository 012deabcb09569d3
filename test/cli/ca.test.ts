import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

test('prints the same PEM again, and how Java and librdkafka come to trust it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-ca-'));
  const env = { XDG_STATE_HOME: folder };
  const first = await runCli(['ca'], { env });
  const again = await runCli(['ca'], { env });
  rmSync(folder, { recursive: true });
  expect([first.code, again.code]).toEqual([0, 0]);
  expect(new X509Certificate(first.stdout).ca).toBe(true);
  expect(again.stdout).toBe(first.stdout);
  for (const words of ['ssl.truststore.type=PEM', 'ssl.ca.location=', join(folder, 'kafka-scope', 'ca.pem')]) {
    expect(first.stderr).toContain(words);
  }
  expect(first.stderr).toMatch(/^Made the authority/);
  expect(again.stderr).toMatch(/^This is the authority/);
  expect(first.stdout).not.toContain('PRIVATE');
});
