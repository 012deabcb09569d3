import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/wire/printable.ts';
import { cutText, graphemes, padText, padTextStart, textWidth } from '../../../ui/model/text-width.ts';

const shown = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => printable(text));

describe('text width', () => {
  it('counts columns, not characters', () => {
    expect([textWidth('abc'), textWidth('東京'), textWidth('e\u0301'), textWidth('')]).toEqual([3, 4, 1, 0]);
    expect(textWidth('東京')).toBe(4);
  });

  it('cuts to the width and says so', () => {
    expect(cutText('NOT_LEADER_OR_FOLLOWER', 14, '…')).toBe('NOT_LEADER_OR…');
    expect(cutText('abc', 3, '…')).toBe('abc');
    expect(cutText('abc', 3, '…', true)).toBe('ab…');
    expect(cutText('abc', 0, '…')).toBe('');
  });

  it('does not cut a wide character in two', () => {
    expect(cutText('東京都庁', 4, '…')).toBe('東 …');
  });

  it('never exceeds the width it was given', () => {
    fc.assert(
      fc.property(shown, fc.integer({ min: 0, max: 40 }), (text, width) => {
        expect(textWidth(cutText(text, width, '…'))).toBeLessThanOrEqual(width);
        expect(textWidth(padText(cutText(text, width, '…'), width))).toBe(width);
        expect(textWidth(padTextStart(cutText(text, width, '…'), width))).toBe(width);
      }),
    );
  });

  it('joins graphemes back to the text', () => {
    fc.assert(
      fc.property(shown, (text) => {
        expect(graphemes(text).join('')).toBe(text);
      }),
    );
  });
});
