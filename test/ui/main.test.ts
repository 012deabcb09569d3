import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTui } from '../../ui/main.tsx';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { openPty, type PtyScreen } from '../support/pty-screen.ts';

import type { FakeTuiOptions } from './pty/fake-tui.ts';

const root = new URL('../..', import.meta.url).pathname;
let folder = '';
let screen: PtyScreen | null = null;

// `.tsx` runs only built, so the fake run's program is built the way the product is.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-ui-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [
    tsc,
    '-p',
    join(root, 'test/ui/pty/tsconfig.json'),
    '--outDir',
    join(folder, 'dist'),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => screen?.close());

function open(columns: number, rows: number, chosen: FakeTuiOptions = {}, env: Record<string, string> = {}): PtyScreen {
  const program = join(folder, 'dist/test/ui/pty/fake-tui.js');
  // A shell around it: its words before and after are the screen that must come back.
  const command = `echo before; "$0" "$1" "$2"; echo "code $?"`;
  const args = ['-c', command, process.execPath, program, JSON.stringify({ exchanges: 496, ...chosen })];
  screen = openPty('/bin/sh', args, { columns, rows, cwd: folder, env });
  return screen;
}

describe('the UI under a terminal', () => {
  it('shows traffic, obeys keys, gives the terminal back', async () => {
    const ui = open(120, 36);
    const first = await ui.until(/▸ +496 .*NOT_LEADER_OR_FOLLOWER/);
    expect(first).toMatch(/^ kafka-scope {2}proxy :19092 → broker:9092/);
    expect(ui.isAlternate()).toBe(true);
    ui.type('\r');
    await ui.until(/─ #496 Produce v11 → broker 2/);
    ui.type('jjjj');
    await ui.until(/→ +acks -1 all in-sync replicas[\s\S]*selected {2}body\.acks/);
    ui.type('\t');
    ui.type('l');
    await ui.until(/h\/l byte/);
    ui.type('2');
    await ui.until(/── all 3\.1k/);
    ui.type('1');
    ui.type('?');
    await ui.until(/Help: bytes, then the rest/);
    // Esc and the next key in one read, as over a slow link.
    ui.type('\u001bQ');
    const end = await ui.until(/code 0/);
    expect(await ui.ended).toMatchObject({ exitCode: 0 });
    expect(ui.isAlternate()).toBe(false);
    expect(end.split('\n').slice(0, 3)).toEqual(['before', 'left by the user after stop', 'code 0']);
    // Cursor shown, bracketed paste off, alternate screen left: in this order the last of each.
    for (const mode of ['?25', '?2004', '?1049']) {
      const on = mode === '?25' ? 'h' : 'l';
      expect(ui.seen.output.lastIndexOf(`[${mode}${on}`), mode).toBeGreaterThan(
        ui.seen.output.lastIndexOf(`[${mode}${on === 'h' ? 'l' : 'h'}`),
      );
    }
  });

  it('filters while one types and says where a filter is wrong', async () => {
    const ui = open(80, 24);
    await ui.until(/496 of 496 shown/);
    ui.type('/api == Fetch');
    await ui.until(/\/ api == Fetch▌ +83 of 496 shown/);
    ui.type(' && latncy > 5');
    await ui.until(/✗ col 17: "latncy" is no field; did you mean latency\?/);
    ui.type('\u001b');
    await ui.until(/496 of 496 shown/);
    ui.type('\u0003');
    expect(await ui.ended).toMatchObject({ exitCode: 0 });
  });

  it('draws itself anew at every size', async () => {
    const ui = open(120, 36);
    await ui.until(/BRK API/);
    for (const [columns, rows, wanted] of [
      [80, 24, /CLIENT +API +TOPIC/],
      [160, 50, /BRK API/],
      [50, 10, /^terminal too small \(50×10\)\nneeds 60x15/],
      [100, 30, /API +V +TOPIC/],
    ] as const) {
      ui.resize(columns, rows);
      await ui.until(wanted);
      if (columns >= 60) await ui.until(/Q quit $|Q quit$/);
      const seen = ui.rows();
      expect(seen).toHaveLength(rows);
      if (columns >= 60) expect(seen.at(-1)).toContain('Q quit');
      if (columns >= 60) expect(seen.filter((row) => row.includes('kafka-scope'))).toHaveLength(1);
    }
  });

  it('copies by OSC 52 only when asked; a hostile peer reaches neither title nor clipboard', async () => {
    const ui = open(120, 36, { exchanges: 12 });
    await ui.until(/▸ +12 .*\\x1b\]0;owne/);
    ui.type('\r');
    await ui.until(/#12 Metadata/);
    ui.type('jljjjj\\');
    await ui.until(/clientId "\\x1b\]0;owned\\x07\\x1b\[31mred\\u\{202e\}gnp/);
    expect(ui.seen).toMatchObject({ titles: [], clipboard: [] });
    ui.type('y');
    await ui.until(/copied clientId/);
    expect(ui.seen.clipboard).toHaveLength(1);
    expect(Buffer.from(ui.seen.clipboard[0]?.slice(2) ?? '', 'base64').toString()).toMatch(/^\\x1b\]0;owned/);
    expect(ui.seen.titles).toEqual([]);
  });

  it.each([
    ['SIGTERM', 'left SIGTERM after stop'],
    ['SIGINT', 'left SIGINT after stop'],
  ])('gives the terminal back on %s before a word is printed', async (signal, words) => {
    const program = join(folder, 'dist/test/ui/pty/fake-tui.js');
    screen = openPty(process.execPath, [program, '{"exchanges":20}'], { columns: 90, rows: 24, cwd: folder });
    await screen.until(/▸ +20 /);
    screen.signal(signal);
    await screen.ended;
    expect(screen.isAlternate()).toBe(false);
    expect(screen.rows()[0]).toBe(words);
  });

  it('gives the terminal back before a crash is printed', async () => {
    const ui = open(90, 24, { crashAfterMs: 1_500 });
    await ui.until(/▸ +496 /);
    const end = await ui.until(/code 1/);
    expect(ui.isAlternate()).toBe(false);
    expect(end).toContain('planted crash');
    expect(end.startsWith('before')).toBe(true);
  });

  it('stays and says so when the run fails', async () => {
    const ui = open(120, 30, { failAfterMs: 800 });
    await ui.until(/✗ stopped: upstream broker:9092 refused/);
    expect(ui.rows().join('\n')).toMatch(/▸ +496 /);
    ui.type('Q');
    await ui.until(/code 0/);
  });

  it('uses no colour under NO_COLOR, and only ASCII where asked', async () => {
    const ui = open(120, 30, { ascii: true }, { NO_COLOR: '1' });
    await ui.until(/x NOT_LEADER_OR_FOLLOWER/);
    ui.type('2');
    await ui.until(/-- all 3\.1k , Produce/);
    expect(ui.rows().join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    const colours = [...ui.seen.output.matchAll(/\[([\d;]*)m/g)].flatMap((match) => (match[1] ?? '').split(';'));
    for (const code of colours) expect(code).toMatch(/^(0|1|4|7|22|24|27|)$/);
  });
});

describe('without a terminal', () => {
  it('refuses with a way out', async () => {
    const runtime = new FakeRuntime({ exchanges: 1, perSecond: 0, nowMs: () => 0 });
    const options = { fps: 10, ascii: false, reducedMotion: false, payload: 'hide' as const, initialFilter: '' };
    const pipe = new PassThrough() as unknown as NodeJS.WriteStream;
    await expect(openTui(runtime, { ...options, stdout: pipe })).rejects.toThrow('use --json or --no-ui');
    expect(runtime.commands).toEqual([]);
  });
});
