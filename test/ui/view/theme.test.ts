import { describe, expect, it } from 'vitest';
import type { Role } from '../../../ui/model/line.ts';
import { colourTheme, monoTheme, seriesMax } from '../../../ui/view/theme.ts';
import { sgrPattern } from '../../support/ansi.ts';

const roles: readonly Role[] = ['plain', 'strong', 'muted', 'ok', 'warn', 'error', 'accent', 'second', 'key', 'select'];
const all = roles.map((role) => ({ text: role, role }));
const sgrOf = (painted: string) => [...painted.matchAll(sgrPattern)].map((match) => match[1] ?? '');

describe('themes', () => {
  it('use the 16 named colours, bold, dim, underline and inverse, and never gray', () => {
    for (const code of sgrOf(colourTheme.paint(all))) {
      expect(code).toMatch(/^(1|2|4|7|22|24|27|39|3[1-6])$/);
    }
  });

  it('use no colour at all in mono', () => {
    for (const code of sgrOf(monoTheme.paint(all))) expect(code).toMatch(/^(1|4|7|22|24|27)$/);
    expect(monoTheme.paint([{ text: 'x', role: 'select' }])).toBe('\u001b[7mx\u001b[27m');
  });

  it('leave plain text plain and end what they begin', () => {
    expect(
      colourTheme.paint([
        { text: 'a', role: 'plain' },
        { text: 'b', role: 'error' },
      ]),
    ).toBe('a\u001b[31m\u001b[1mb\u001b[22m\u001b[39m');
    expect(colourTheme.paint([])).toBe('');
  });

  it('know how many lines can be told apart', () => {
    expect([seriesMax(colourTheme), seriesMax(monoTheme)]).toEqual([4, 1]);
  });
});
