import { spawn } from 'node:child_process';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { endChild, trackChild } from '../test/kafka/process.ts';

const complaintCharactersMax = 2000;

/** A started program, whether on a terminal or not. */
export interface BenchChild {
  readonly pid: number;
  /** The end of what it said, for the message when it did not start, and for what it says at its end. */
  readonly said: () => string;
  readonly hasEnded: () => boolean;
  /** Characters written to its terminal so far; null without one. */
  readonly drawnCharacters: () => number | null;
  /** Asks it to end, and ends it when it does not. */
  readonly end: () => Promise<void>;
}

/** Starts a program without a terminal. Standard output is thrown away, standard error kept to its last lines. */
export function startPlain(command: string, commandArguments: readonly string[], graceMs: number): BenchChild {
  const child = trackChild(spawn(command, commandArguments, { stdio: ['ignore', 'ignore', 'pipe'] }));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-complaintCharactersMax);
  });
  child.on('error', (error) => {
    stderr += error.message;
  });
  return {
    pid: child.pid ?? 0,
    said: () => stderr.trim(),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    drawnCharacters: () => null,
    end: () => endChild(child, 'SIGTERM', graceMs),
  };
}

/** Starts a program on a pseudo terminal that takes everything it draws, as large as a screen on a desk. */
export function startOnTerminal(command: string, commandArguments: readonly string[], graceMs: number): BenchChild {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const child = spawnOnTerminal(command, [...commandArguments], {
    name: 'xterm-256color',
    cols: 160,
    rows: 50,
    env: { ...inherited, NODE_ENV: 'production', LANG: 'C.UTF-8' },
  });
  let characters = 0;
  let last = '';
  child.onData((text) => {
    characters += text.length;
    last = (last + text).slice(-complaintCharactersMax);
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.onExit(() => {
      over = true;
      resolve();
    });
  });
  return {
    pid: child.pid,
    said: () => JSON.stringify(last),
    hasEnded: () => over,
    drawnCharacters: () => characters,
    async end() {
      if (over) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
