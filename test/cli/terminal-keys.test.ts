import { describe, expect, it } from 'vitest';
import { openTerminalKeys } from '../../src/cli/terminal-keys.ts';

describe('openTerminalKeys', () => {
  it('names the way out where there is no terminal', () => {
    expect(() => openTerminalKeys({ isTTY: true }, '/nowhere/tty')).toThrow(/kafka-scope analyze -/);
    expect(() => openTerminalKeys({ isTTY: false })).toThrow(/kafka-scope analyze -/);
  });
});
