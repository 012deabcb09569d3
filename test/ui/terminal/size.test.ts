import { describe, expect, it } from 'vitest';
import { terminalRefusal, terminalSize } from '../../../ui/terminal/size.ts';

describe('the terminal', () => {
  it('has the size it says, or one that fits everywhere', () => {
    expect(terminalSize({ columns: 120, rows: 36 }, 'linux')).toEqual({ columns: 120, rows: 36 });
    expect(terminalSize({}, 'linux')).toEqual({ columns: 80, rows: 24 });
    expect(terminalSize({ columns: 0, rows: 0 }, 'linux')).toEqual({ columns: 80, rows: 24 });
    expect(terminalSize({ columns: 120, rows: 36 }, 'win32')).toEqual({ columns: 120, rows: 35 });
  });

  it('is refused with a way out where it cannot show the UI', () => {
    const tty = { isTTY: true };
    expect(terminalRefusal(tty, tty, {})).toBeNull();
    expect(terminalRefusal(tty, {}, {})).toContain('--json');
    expect(terminalRefusal({}, tty, {})).toContain('stdin');
    expect(terminalRefusal(tty, tty, { TERM: 'dumb' })).toContain('TERM=dumb');
  });
});
