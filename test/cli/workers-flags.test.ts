import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addWorkersFlag, type WorkersFlag } from '../../src/cli/workers-flags.ts';

function parse(...argv: string[]): number {
  const command = addWorkersFlag(new Command('proxy'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(argv, { from: 'user' }).opts<WorkersFlag>().workers;
}

describe('--workers', () => {
  it('is none by default, and a number of threads', () => {
    expect(parse()).toBe(0);
    expect(parse('--workers', '16')).toBe(16);
  });

  it('refuses what is no sensible number of threads', () => {
    expect(() => parse('--workers', '65')).toThrow(/whole number from 0 to 64/);
    expect(() => parse('--workers', 'many')).toThrow(/whole number/);
  });
});
