import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { expect, it } from 'vitest';
import { App, type AppPort } from '../../../ui/view/app.tsx';
import type { PaintedFrame } from '../../../ui/view/painted-frame.ts';

function frameOf(title: string): PaintedFrame {
  return { columns: 40, title, tabs: '', body: [], bar: '', hints: '' };
}

it('keys and pastes go in, changed frames come out', async () => {
  const stdout = Object.assign(new PassThrough(), { columns: 40, rows: 10, isTTY: true });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => undefined,
    unref: () => undefined,
  });
  let written = '';
  stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const seen: string[] = [];
  let frame = frameOf('first');
  let changed: () => void = () => undefined;
  const port: AppPort = {
    subscribe: (listener) => {
      changed = listener;
      return () => undefined;
    },
    frame: () => frame,
    press: (press) => seen.push(press.key),
    paste: (text) => seen.push(`paste ${text}`),
  };
  const instance = render(<App port={port} />, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1_000,
  });
  await instance.waitUntilRenderFlush();
  stdin.write('jk\u001b[A\u0003');
  stdin.write('\u001b[200~Qz\u001b[201~');
  frame = frameOf('second');
  changed();
  await instance.waitUntilRenderFlush();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual(['j', 'k', 'up', 'ctrl-c', 'paste Qz']);
  expect(written).toContain('first');
  expect(written).toContain('second');
  instance.unmount();
});
