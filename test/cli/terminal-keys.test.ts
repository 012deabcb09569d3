import { describe, expect, it } from 'vitest';
import { openTerminalKeys } from '../../src/cli/terminal-keys.ts';

describe('openTerminalKeys', () => {
  it('names the way out where there is no terminal', () => {
    expect(() => openTerminalKeys('/nowhere/tty')).toThrow(/kafka-scope analyze -/);
  });
});
