import { describe, expect, it } from 'vitest';
import { LabelGuard, labelCharactersMax } from '../../src/metrics/label-guard.ts';

describe('a label guard', () => {
  it('lets the first values stand for themselves and calls the rest other', () => {
    const guard = new LabelGuard(2);
    expect(['a', 'b', 'c', 'a', 'd'].map((value) => guard.label(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
    expect(guard.folded).toBe(2);
  });

  it('cuts a value that no label can be', () => {
    const guard = new LabelGuard(1);
    expect(guard.label('x'.repeat(30_000))).toHaveLength(labelCharactersMax);
    expect(guard.label(`${'x'.repeat(labelCharactersMax)}y`)).toBe(`${'x'.repeat(labelCharactersMax - 1)}…`);
    expect(guard.folded).toBe(0);
  });

  it('lets nothing through that a terminal obeys, nor half a character', () => {
    const guard = new LabelGuard(9);
    expect(guard.label('\u001b[31mred\n')).toBe('\\x1b[31mred\\x0a');
    expect(guard.label('\ud800')).toBe('\\u{d800}');
  });
});
