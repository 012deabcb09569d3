import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { frameRows, paintFrame } from '../../../ui/view/painted-frame.ts';
import { Screen } from '../../../ui/view/screen.tsx';
import { colourTheme, monoTheme, type Theme } from '../../../ui/view/theme.ts';
import { sgrPattern, withoutSgr } from '../../support/ansi.ts';
import { UiSession } from '../../support/ui-session.ts';

async function drawn(columns: number, rows: number, theme: Theme, ...keys: string[]) {
  const session = await new UiSession(columns, rows, { exchanges: 496 }).settle();
  await session.keys(...keys);
  const frame = paintFrame(session.frame(), theme, unicodeGlyphs, null);
  return { session, frame, output: renderToString(<Screen frame={frame} />, { columns }) };
}

describe('the screen through Ink', () => {
  it.each([
    [120, 36],
    [80, 24],
    [200, 60],
  ])('shows exactly the rows of the frame at %sx%s, with and without colour', async (columns, rows) => {
    for (const theme of [colourTheme, monoTheme]) {
      for (const keys of [[], ['enter', 'j', 'j', 'j', 'j'], ['2'], ['?']]) {
        const { session, output } = await drawn(columns, rows, theme, ...keys);
        const seen = output.split('\n').map((row) => withoutSgr(row).trimEnd());
        expect(seen).toEqual(session.text());
      }
    }
  });

  it('has only bold, underline and inverse without colour', async () => {
    const { output } = await drawn(120, 36, monoTheme, 'enter');
    for (const match of output.matchAll(sgrPattern))
      expect(match[1]).toMatch(/^(0|1|4|7|22|24|27)(;(1|4|7|22|24|27))*$/);
  });

  it('lets no byte of a peer act on the terminal', async () => {
    const session = await new UiSession(120, 36, { exchanges: 12 }).settle();
    await session.keys('enter', 'j', 'enter', 'j', 'j', 'j', 'j', '\\');
    const frame = paintFrame(session.frame(), colourTheme, unicodeGlyphs, null);
    const left = withoutSgr(renderToString(<Screen frame={frame} />, { columns: 120 })).replaceAll('\n', '');
    expect(left).toContain('\\x1b]0;owned\\x07\\x1b[31mred\\u{202e}gnp\\u{200b}');
    expect(left).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(frameRows(frame)).toHaveLength(36);
  });
});
