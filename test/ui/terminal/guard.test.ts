import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { guardTerminal } from '../../../ui/terminal/guard.ts';

it('restores before a crash is printed and at exit, and passes signals on', () => {
  const fake = new EventEmitter();
  const seen: string[] = [];
  const off = guardTerminal(
    fake,
    () => seen.push('restore'),
    (signal) => seen.push(signal),
  );
  fake.emit('uncaughtExceptionMonitor', new Error('x'));
  fake.emit('exit', 1);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) fake.emit(signal);
  expect(seen).toEqual(['restore', 'restore', 'SIGINT', 'SIGTERM', 'SIGHUP']);
  off();
  expect(fake.eventNames()).toEqual([]);
});
