import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisMax, brailleSurface } from '../../../ui/chart/braille-surface.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import type { ChartSpec } from '../../../ui/model/overview-charts.ts';

function spec(...values: (number | null)[][]): ChartSpec {
  const roles = ['accent', 'second', 'warn'] as const;
  return {
    title: 't',
    note: '',
    span: '-5m',
    series: values.map((some, index) => ({
      name: `s${index}`,
      role: roles[index % 3] ?? 'plain',
      values: some,
      latest: '1',
    })),
  };
}

describe('our own chart', () => {
  it('draws a rising line with its axes', () => {
    expect(
      brailleSurface(false)
        .plot(spec([0, 1, 2, 3, 4, 5, 6, 7]), 15, 4)
        .map((row) => lineText(row).trimEnd()),
    ).toEqual(['    7 │     ⢀⡠⠊', '      │  ⢀⠤⠒⠁', '    0 │⡠⠒⠁', '      └────────']);
  });

  it('draws it in ASCII too', () => {
    const rows = brailleSurface(true)
      .plot(spec([0, 1, 2, 3, 4, 5, 6, 7]), 15, 4)
      .map(lineText);
    expect(rows.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    expect(rows[3]).toBe('      +--------');
  });

  it('leaves a hole where nothing is known', () => {
    const row = lineText(brailleSurface(false).plot(spec([5, 5, null, null, null, null, 5, 5]), 15, 2)[0] ?? []);
    expect(row).toMatch(/│⠉⠁ +⠈⠉$/);
  });

  it('draws the first series on top', () => {
    const rows = brailleSurface(false).plot(spec([1, 1, 1], [1, 1, 1]), 20, 3);
    expect(rows[0]?.map((run) => run.role)).toContain('accent');
    expect(rows[0]?.map((run) => run.role)).not.toContain('second');
  });

  it('keeps to its place whatever the values are', () => {
    const value = fc.option(
      fc.oneof(fc.double(), fc.constantFrom(1e300, -1, 0, Number.NaN, Number.POSITIVE_INFINITY)),
      { nil: null },
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { maxLength: 50 }), { maxLength: 3 }),
        fc.integer({ min: 9, max: 90 }),
        fc.integer({ min: 2, max: 20 }),
        (values, columns, rows) => {
          const lines = brailleSurface(false).plot(spec(...values), columns, rows);
          expect(lines).toHaveLength(rows);
          for (const row of lines) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('never divides by nothing', () => {
    expect(axisMax([])).toBe(1);
    expect(axisMax(spec([null, Number.NaN, 0]).series)).toBe(1);
    expect(axisMax(spec([3, 7]).series)).toBe(7);
  });
});
