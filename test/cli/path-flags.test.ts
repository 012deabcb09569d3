import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addPathFlags } from '../../src/cli/path-flags.ts';

function parsed(...flags: string[]): Record<string, unknown> {
  return addPathFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }))
    .parse(flags, { from: 'user' })
    .opts();
}

test('by default a sample is allowed and nothing is digested', () => {
  expect(parsed()).toEqual({ inspect: 'auto' });
});

test('both can be asked for', () => {
  expect(parsed('--inspect', 'all', '--hash')).toEqual({ inspect: 'all', hash: true });
});

test('another word is a usage error', () => {
  expect(() => parsed('--inspect', 'some')).toThrow(/auto, all/);
});
