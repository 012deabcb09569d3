import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packetsOf } from '../support/recorded.ts';
import { runCli, spawnCli } from '../support/run-cli.ts';

const capture = (name: string) => new URL(`../../fixtures/captures/${name}`, import.meta.url).pathname;
const codecs = capture('java-codecs.pcap');

let folder = '';
let out = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-export-'));
  out = join(folder, 'out.pcapng');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function countOf(path: string): Promise<number> {
  const { stdout } = await runCli(['analyze', '--json', path]);
  return stdout.split('\n').filter((line) => line.includes('"kafka-scope/exchange@1"')).length;
}

it('writes what matches, and says how much that was', async () => {
  const result = await runCli(['export', codecs, '-o', out, '--filter', 'api == Produce']);
  expect(result).toMatchObject({ code: 0, stdout: '' });
  const count = Number(/^(\d+) exchanges, \d+ bytes written to .*out\.pcapng/.exec(result.stderr)?.[1]);
  expect(count).toBeGreaterThan(0);
  expect(await countOf(out)).toBe(count);
});

it('puts the file and nothing else on standard output, and takes several inputs', async () => {
  await runCli(['export', codecs, capture('kcat-all.pcap'), '-o', out]);
  const child = spawnCli(['export', codecs, capture('kcat-all.pcap'), '-o', '-']);
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  child.stdin?.end();
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(Buffer.concat(pieces).equals(readFileSync(out))).toBe(true);
  expect(await countOf(out)).toBe(51 + 91);
});

it('writes a file with a header when nothing matches, and exits 0', async () => {
  const result = await runCli(['export', codecs, '-o', out, '--filter', 'client.id == "nobody"']);
  expect(result).toMatchObject({ code: 0, stdout: '' });
  expect(result.stderr).toMatch(/No exchange matches --filter client\.id == "nobody": .* no packets/);
  expect(packetsOf(readFileSync(out))).toEqual([]);
  const read = await runCli(['analyze', out]);
  expect(read.code).toBe(0);
});

it('leaves an older file alone when the input is no capture', async () => {
  writeFileSync(out, 'precious');
  writeFileSync(join(folder, 'letter'), 'Dear reader, this is no capture.'.repeat(9));
  expect((await runCli(['export', join(folder, 'letter'), '-o', out])).code).toBe(3);
  expect((await runCli(['export', join(folder, 'nothing'), '-o', out])).code).toBe(1);
  expect(readFileSync(out, 'utf8')).toBe('precious');
});

it('refuses to write over its input', async () => {
  const own = join(folder, 'own.pcap');
  writeFileSync(own, readFileSync(codecs));
  const result = await runCli(['export', own, '-o', own]);
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expect(readFileSync(own)).toEqual(readFileSync(codecs));
});

it('takes the shared flags: --fail-on, --strict, --json', async () => {
  expect((await runCli(['export', codecs, '-o', out, '--fail-on', 'api == Produce'])).code).toBe(5);
  expect((await runCli(['export', capture('v-cutfile.pcap'), '-o', out, '--strict'])).code).toBe(3);
  const json = await runCli(['export', codecs, '-o', out, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'kafka-scope/summary@1', requests: 51 });
  expect((await runCli(['export', codecs, '-o', join(folder, 'no', 'x')])).code).toBe(2);
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

it('lets no secret into the file unless asked', async () => {
  const sasl = capture('sasl-mixed.pcap');
  // A password, and what SCRAM says first and last.
  const secrets = ['alice-secret', 'n,,n=alice', 'c=biws'];
  expect(secrets.filter((secret) => readFileSync(sasl).includes(secret))).toEqual(secrets);
  await runCli(['export', sasl, '-o', out, '--payload', 'show']);
  expect(secrets.filter((secret) => readFileSync(out).includes(secret))).toEqual([]);
  const unsafe = await runCli(['export', sasl, '-o', out, '--unsafe-show-secrets']);
  expect(unsafe.stderr).toMatch(/warning: --unsafe-show-secrets/);
  expect(secrets.filter((secret) => readFileSync(out).includes(secret))).toEqual(secrets);
});

it('lets contents of records into the file only with --payload show', async () => {
  const { stdout } = await runCli(['analyze', '--json', '--records', '--payload', 'show', codecs]);
  const values = [...stdout.matchAll(/"value":"([A-Za-z0-9+/=]{16,})"/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64'),
  );
  expect(values.length).toBeGreaterThan(10);
  const held = () => values.filter((value) => readFileSync(out).includes(value)).length;
  await runCli(['export', codecs, '-o', out]);
  expect(held()).toBe(0);
  await runCli(['export', codecs, '-o', out, '--payload', 'show']);
  expect(held()).toBeGreaterThan(0);
});
