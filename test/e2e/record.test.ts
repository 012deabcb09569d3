import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, spawnCli } from '../support/run-cli.ts';

let folder = '';
let file = '';
const running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-record-'));
  file = join(folder, 'r.pcapng');
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly schema: string;
  readonly kind?: string;
  readonly requests?: number;
  readonly recording?: { readonly file: string; readonly bytes: number; readonly dropped: number };
}

async function summaryOf(args: readonly string[]): Promise<Line> {
  const { stdout, code } = await runCli(args);
  expect(code).toBe(0);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Line;
}

describe('a recorded run', () => {
  it('is, read again, what the run printed', async () => {
    const run = await summaryOf(['demo', '--json', '--duration', '2s', '--seed', '3', '--record', file]);
    expect(run.recording).toMatchObject({ file, dropped: 0, bytes: statSync(file).size });
    const again = await summaryOf(['analyze', '--json', file]);
    expect(again.requests).toBe(run.requests);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is readable after a kill at any moment', async () => {
    const child = spawnCli(['demo', '--json', '--record', file]);
    running.push(child);
    if (child.stdout === null) throw new Error('no stdout');
    let exchanges = 0;
    const enough = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        if (line.includes('"kafka-scope/exchange@1"')) exchanges += 1;
        if (exchanges === 300) resolve();
      });
    });
    await enough;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    const again = await summaryOf(['analyze', '--json', file]);
    expect(again.requests).toBeGreaterThan(50);
  });

  it('does not begin where its file cannot be: before listening, with one sentence', async () => {
    writeFileSync(file, 'precious');
    const there = await runCli([
      'proxy',
      '--upstream',
      '127.0.0.1:1',
      '--listen',
      '127.0.0.1:0',
      '--json',
      '--record',
      file,
    ]);
    expect(there).toMatchObject({ code: 2, stdout: '' });
    expect(there.stderr).toMatch(/^kafka-scope: --record: .* is there already .*--record-overwrite\.\n$/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    const nowhere = await runCli(['demo', '--json', '--record', join(folder, 'no', 'r.pcapng')]);
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
  });

  it('goes on without its file when the disk is full', async () => {
    const { stdout, code } = await runCli(['demo', '--json', '--duration', '2s', '--record', '/dev/full']);
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.filter(({ kind }) => kind === 'recording-stopped')).toHaveLength(1);
    expect(lines.at(-1)?.requests).toBeGreaterThan(0);
  });
});
