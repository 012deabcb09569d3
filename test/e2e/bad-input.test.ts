import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const capture = new URL('../../fixtures/captures/java-admin-errors.pcap', import.meta.url).pathname;

/** Bad input gets one sentence on stderr, nothing on stdout, no stack. */
function expectSentence(stderr: string, words: RegExp): void {
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/\n\s+at /);
}

describe('bad input', () => {
  let folder = '';
  let taken: Server;
  let takenPort = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-scope-bad-'));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    takenPort = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(async () => {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a capture that does not exist', async () => {
    const result = await runCli(['analyze', join(folder, 'nothing.pcap')]);
    expectSentence(result.stderr, /nothing\.pcap.*(not exist|no such|not found)/i);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });

  it('a directory', async () => {
    const result = await runCli(['analyze', folder]);
    expectSentence(result.stderr, /director|folder/i);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });

  it('an empty file', async () => {
    const path = join(folder, 'empty.pcap');
    await writeFile(path, '');
    const result = await runCli(['analyze', path]);
    expectSentence(result.stderr, /empty/i);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  it('a file that is no capture', async () => {
    const path = join(folder, 'letter.txt');
    await writeFile(path, 'Dear reader, this is no capture at all.\n'.repeat(10));
    const result = await runCli(['analyze', path]);
    expectSentence(result.stderr, /pcap/i);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  it.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const path = join(folder, 'secret.pcap');
    await copyFile(capture, path);
    await chmod(path, 0);
    const result = await runCli(['analyze', path]);
    expectSentence(result.stderr, /permission/i);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });

  it('a truncated capture: everything before the cut is read, --strict says 3', async () => {
    const bytes = await readFile(capture);
    const path = join(folder, 'cut.pcap');
    await writeFile(path, bytes.subarray(0, bytes.length - 7));
    const whole = await runCli(['analyze', capture, '--json']);
    const cut = await runCli(['analyze', path, '--json']);
    expect(cut.code).toBe(0);
    expect(cut.stdout.split('\n').length).toBeGreaterThan(whole.stdout.split('\n').length - 20);
    const strict = await runCli(['analyze', path, '--json', '--strict']);
    expect(strict.code).toBe(3);
  });

  it('--upstream without a port, without a value, and missing', async () => {
    const portless = await runCli(['proxy', '--upstream', 'broker', '--json']);
    expectSentence(portless.stderr, /--upstream.*port/i);
    expect(portless.code).toBe(2);
    const missing = await runCli(['proxy', '--json']);
    expectSentence(missing.stderr, /--upstream/);
    expect(missing.code).toBe(2);
  });

  it('an upstream that does not resolve', async () => {
    const result = await runCli(['proxy', '--upstream', 'no-such-broker.invalid:9092', '--listen', '0', '--json']);
    expectSentence(result.stderr, /no-such-broker\.invalid/);
    expect(result.code).toBe(4);
  });

  it('a port in use', async () => {
    const listen = `127.0.0.1:${takenPort}`;
    const result = await runCli(['proxy', '--upstream', '127.0.0.1:9', '--listen', listen, '--json']);
    expectSentence(result.stderr, new RegExp(`${takenPort}.*(use|taken)`, 'i'));
    expect(result.code).toBe(1);
  });

  it('unknown flags and commands are answered with the nearest known one', async () => {
    const flag = await runCli(['proxy', '--upstrem', 'broker:9092']);
    expectSentence(flag.stderr, /--upstream/);
    expect(flag.code).toBe(2);
    const command = await runCli(['analyse', 'x.pcap']);
    expectSentence(command.stderr, /analyze/);
    expect(command.code).toBe(2);
  });

  it('a filter that does not compile: where and what instead', async () => {
    const result = await runCli(['analyze', capture, '--filter', 'latncy > 100ms']);
    expectSentence(result.stderr, /latency/);
    expect(result.stderr).toContain('^');
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('replay from standard input, which the keys need', async () => {
    const result = await runCli(['replay', '-'], { input: 'x' });
    expectSentence(result.stderr, /kafka-scope analyze -/);
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('an old Node gets a sentence', async () => {
    const old = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.0"}})';
    const result = await runCli(['--help'], {
      env: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(old)}"` },
    });
    expectSentence(result.stderr, /needs Node\.js 22\.15 or newer, this is 20\.19\.0/);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });
});
