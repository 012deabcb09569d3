import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexLineColumns } from '../../../ui/model/geometry.ts';
import { unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { type HexView, hexLineCount, hexLines, mergeRuns } from '../../../ui/model/hex.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';

function view(bytes: Uint8Array, change: Partial<HexView> = {}): HexView {
  return { bytes, bytesPerLine: 16, highlight: null, cursor: null, hidden: [], glyphs: unicodeGlyphs, ...change };
}

describe('hex lines', () => {
  const bytes = Uint8Array.from([0, 1, 0x6f, 0x72, 0x64, 0xff, ...new TextEncoder().encode('orders.v1 tail')]);

  it('show offset, bytes and characters', () => {
    expect(hexLines(view(bytes), 0, 5).map(lineText)).toEqual([
      '0000  00 01 6f 72 64 ff 6f 72 64 65 72 73 2e 76 31 20  ..ord.orders.v1 ',
      '0010  74 61 69 6c                                      tail',
    ]);
  });

  it('put marked bytes in brackets, also over the end of a line', () => {
    const text = hexLines(view(bytes, { highlight: [2, 5] }), 0, 1).map(lineText);
    expect(text[0]).toContain(' 01[6f 72 64]ff ');
    const over = hexLines(view(bytes, { highlight: [14, 18] }), 0, 2).map(lineText);
    expect(over[0]).toContain(' 76[31 20] ');
    expect(over[1]?.startsWith('0010 [74 61]69')).toBe(true);
  });

  it('mark the byte under the cursor', () => {
    const runs = hexLines(view(bytes, { cursor: 3 }), 0, 1)[0] ?? [];
    expect(runs.filter((run) => run.role === 'select').map((run) => run.text)).toEqual(['72', 'r']);
  });

  it('show nothing of hidden payload', () => {
    const text = lineText(hexLines(view(bytes, { hidden: [[6, 15]] }), 0, 1)[0] ?? []);
    expect(text).toContain('ff ·· ··');
    expect(text).not.toContain('orders');
  });

  it('keep their width whatever is marked, and count themselves', () => {
    const range = fc
      .tuple(fc.nat(70), fc.nat(70))
      .map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b)]);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        range,
        fc.constantFrom(8, 16, 32),
        (some, highlight, bytesPerLine) => {
          const lines = hexLines(view(some, { highlight, bytesPerLine }), 0, 100);
          expect(lines).toHaveLength(hexLineCount(some.length, bytesPerLine));
          for (const row of lines) expect(lineWidth(row)).toBeLessThanOrEqual(hexLineColumns(bytesPerLine));
        },
      ),
    );
  });

  it('write large offsets in the same columns', () => {
    const big = view(new Uint8Array(0x10020));
    expect(lineText(hexLines(big, 0x1000, 1)[0] ?? []).startsWith('10000 00 ')).toBe(true);
  });
});

describe('mergeRuns', () => {
  it('joins neighbours of one role and blanks, but not into marked text', () => {
    const merged = mergeRuns([
      { text: 'a', role: 'plain' },
      { text: ' ', role: 'accent' },
      { text: 'b', role: 'plain' },
      { text: 'c', role: 'key' },
      { text: ' ', role: 'plain' },
    ]);
    expect(merged).toEqual([
      { text: 'a b', role: 'plain' },
      { text: 'c', role: 'key' },
      { text: ' ', role: 'plain' },
    ]);
  });
});
