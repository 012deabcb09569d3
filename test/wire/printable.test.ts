import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { escapeCodePoint, printable, printableCharsMax, quoted } from '../../src/wire/printable.ts';

const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('printable', () => {
  it('leaves what can do no harm', () => {
    expect(printable('orders.v1-3 "a\\b"')).toBe('orders.v1-3 "a\\b"');
    expect(printable('grüße 東京 ✓')).toBe('grüße 東京 ✓');
  });

  it.each([
    ['ESC starts an escape', 'a\u001b[31mred', 'a\\x1b[31mred'],
    ['C1 CSI does too', '\u009b31m', '\\x9b31m'],
    ['a title is set by OSC', '\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
    ['a line ends', 'a\r\nb', 'a\\x0d\\x0ab'],
    ['bidi reorders', 'a\u202egnp', 'a\\u{202e}gnp'],
    ['isolates reorder', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['zero width hides', 'pay\u200bments', 'pay\\u{200b}ments'],
    ['a byte order mark hides', '\ufeffx', '\\u{feff}x'],
    ['tag characters hide', 'x\u{e0041}', 'x\\u{e0041}'],
    ['other blanks pass for a blank', 'a\u00a0b\u3000c', 'a\\xa0b\\u{3000}c'],
    ['VS16 has two widths', '\u2764\ufe0f', '\u2764\\u{fe0f}'],
    ['a keycap has two widths', '1\u20e3', '1\\u{20e3}'],
    ['a skin tone has two widths', '\u{1f44d}\u{1f3fd}', '\u{1f44d}\\u{1f3fd}'],
    ['a joined family is one cluster', '\u{1f468}\u200d\u{1f469}', '\u{1f468}\\u{200d}\u{1f469}'],
    ['half a surrogate is no character', 'x\ud800y', 'x\\u{d800}y'],
  ])('%s', (_, hostile, shown) => {
    expect(printable(hostile)).toBe(shown);
  });

  it('keeps two combining marks of a character and shows the rest', () => {
    expect(printable(`e${'\u0301'.repeat(4)}x`)).toBe('e\u0301\u0301\\u{301}\\u{301}x');
    expect(printable('\u0301x')).toBe('\\u{301}x');
  });

  it('shows everything beyond ASCII escaped in ASCII mode', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text, true)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  it('lets nothing through that moves, hides, reorders or colours', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.toMatch(dangerous);
      }),
    );
  });

  it('gives a text whose width is the sum of its parts', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const parts = printable(`${a}|${b}`);
        expect(stringWidth(parts)).toBe(stringWidth(printable(a)) + 1 + stringWidth(printable(`|${b}`)) - 1);
      }),
    );
  });

  it('looks at the beginning of an endless text only', () => {
    expect(printable('a'.repeat(1_000_000))).toHaveLength(printableCharsMax);
    expect(printable('abcdef', false, 4)).toBe('abc…');
    expect(printable('abcdef', true, 5)).toBe('ab...');
    expect(printable('\x1bbcdef', false, 3)).toBe('\\x1bb…');
    expect(printable('abcd', false, 4)).toBe('abcd');
  });
});

describe('escapeCodePoint', () => {
  it('is short below 0x100', () => {
    expect([escapeCodePoint(7), escapeCodePoint(0x85), escapeCodePoint(0x1f600)]).toEqual([
      '\\x07',
      '\\x85',
      '\\u{1f600}',
    ]);
  });
});

describe('quoted', () => {
  it('cannot be closed from inside', () => {
    expect(quoted('a" b\\')).toBe('"a\\" b\\\\"');
  });
});
