import { describe, expect, it } from 'vitest';
import { brailleSurface } from '../../../ui/chart/braille-surface.ts';
import { unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { frameRows, isSameFrame, paintFrame } from '../../../ui/view/painted-frame.ts';
import { colourTheme, monoTheme } from '../../../ui/view/theme.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('a painted frame', () => {
  it('has a row for each row of the terminal', async () => {
    const session = await new UiSession(80, 24).settle();
    expect(frameRows(paintFrame(session.frame(), colourTheme, unicodeGlyphs, null))).toHaveLength(24);
  });

  it('puts the charts into their place once a surface is there', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('2');
    const without = paintFrame(session.frame(), monoTheme, unicodeGlyphs, null);
    const drawn = paintFrame(session.frame(), monoTheme, unicodeGlyphs, brailleSurface(false));
    expect(without.body[1]).toBe('');
    expect(drawn.body[1]).toContain('Requests/s');
    expect(drawn.body).toHaveLength(without.body.length);
    expect(isSameFrame(without, drawn)).toBe(false);
  });

  it('is the same when a person sees the same', async () => {
    const session = await new UiSession(120, 36).settle();
    const first = paintFrame(session.frame(), colourTheme, unicodeGlyphs, null);
    await session.settle();
    expect(isSameFrame(first, paintFrame(session.frame(), colourTheme, unicodeGlyphs, null))).toBe(true);
    session.press('k');
    expect(isSameFrame(first, paintFrame(session.frame(), colourTheme, unicodeGlyphs, null))).toBe(false);
    expect(isSameFrame(first, { ...first, columns: 119 })).toBe(false);
  });
});
