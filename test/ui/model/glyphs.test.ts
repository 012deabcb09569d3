import { describe, expect, it } from 'vitest';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { textWidth } from '../../../ui/model/text-width.ts';

function allOf(glyphs: typeof unicodeGlyphs): string[] {
  return Object.values(glyphs).flatMap((value) =>
    typeof value === 'boolean' ? [] : typeof value === 'string' ? [value] : [...value],
  );
}

describe('glyphs', () => {
  it('are one column wide and no emoji', () => {
    for (const glyph of allOf(unicodeGlyphs)) {
      expect(textWidth(glyph), glyph).toBe(1);
      expect(glyph, glyph).not.toMatch(/\p{Emoji_Presentation}/u);
    }
  });

  it('have an ASCII form each', () => {
    expect(Object.keys(asciiGlyphs)).toEqual(Object.keys(unicodeGlyphs));
    for (const glyph of allOf(asciiGlyphs)) expect(glyph).toMatch(/^[\x21-\x7e]{1,2}$/);
  });
});
