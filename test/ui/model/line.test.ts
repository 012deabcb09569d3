import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutLine,
  fitLine,
  type Line,
  line,
  lineText,
  lineWidth,
  selectedLine,
  spreadLine,
} from '../../../ui/model/line.ts';

const anyLine = fc.array(
  fc.record({ text: fc.stringMatching(/^[ -~✓東]{0,8}$/), role: fc.constant('plain' as const) }),
  { maxLength: 6 },
);

describe('line', () => {
  const two: Line = [
    { text: 'abc', role: 'strong' },
    { text: 'def', role: 'error' },
  ];

  it('cuts over the borders of runs and keeps their roles', () => {
    expect(cutLine(two, 5, '…')).toEqual([
      { text: 'abc', role: 'strong' },
      { text: 'd…', role: 'error' },
    ]);
    expect(lineText(cutLine(two, 3, '…'))).toBe('ab…');
    expect(cutLine(two, 6, '…')).toBe(two);
  });

  it('fits exactly', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 1, max: 60 }), (runs, width) => {
        expect(lineWidth(fitLine(runs, width, '…'))).toBe(width);
        expect(lineWidth(cutLine(runs, width, '…'))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('selects the whole row in one run', () => {
    expect(selectedLine(two, 8, '…')).toEqual([{ text: 'abcdef  ', role: 'select' }]);
  });

  it('spreads: the left part gives way to the right', () => {
    expect(lineText(spreadLine(line('left'), line('42'), 10, '…'))).toBe('left    42');
    expect(lineText(spreadLine(line('a long left part'), line('42'), 10, '…'))).toBe('a long… 42');
    expect(lineText(spreadLine(line('left'), [], 3, '…'))).toBe('le…');
  });
});
