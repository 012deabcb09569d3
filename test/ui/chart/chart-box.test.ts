import { describe, expect, it } from 'vitest';
import { brailleSurface } from '../../../ui/chart/braille-surface.ts';
import { chartBlock } from '../../../ui/chart/chart-box.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { overviewCharts } from '../../../ui/model/overview-charts.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';

const specs = overviewCharts(fakeMetrics(1_000), 80, false);

describe('charts in boxes', () => {
  it.each([60, 80, 120, 200])('fill %s columns with title and newest figures', (columns) => {
    const lines = chartBlock(brailleSurface(false), specs, columns, 10, { glyphs: unicodeGlyphs, seriesMax: 4 });
    expect(lines).toHaveLength(10);
    for (const row of lines) expect(lineWidth(row)).toBe(Math.trunc(columns / 2) * 2);
    const [top, bottom] = [lineText(lines[0] ?? []), lineText(lines[9] ?? [])];
    expect(top).toContain('┌─ Requests/s  ── all');
    if (columns >= 80) expect(top).toContain('── p99 44.0 ── p50 2.9');
    if (columns >= 120) expect(top).toContain('(waits excluded)');
    expect(bottom).toContain('└─ -5m ... now ─');
  });

  it('draw one line without colours and keep the others as figures', () => {
    const lines = chartBlock(brailleSurface(true), specs, 120, 8, { glyphs: asciiGlyphs, seriesMax: 1 });
    expect(lineText(lines[0] ?? [])).toContain('-- all 3.1k , Produce 1.6k , Fetch 1.2k');
    expect(lines.slice(1, -1).some((row) => row.some((run) => run.role === 'second'))).toBe(false);
    expect(lines.map(lineText).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('say that there is no value yet, or no room', () => {
    const none = specs.map((spec) => ({
      ...spec,
      series: spec.series.map((series) => ({ ...series, values: [null] })),
    }));
    const style = { glyphs: unicodeGlyphs, seriesMax: 4 };
    expect(chartBlock(brailleSurface(false), none, 120, 8, style).map(lineText).join('')).toContain('no value yet');
    expect(chartBlock(brailleSurface(false), specs, 30, 6, style).map(lineText).join('')).toContain('this chart');
  });
});
