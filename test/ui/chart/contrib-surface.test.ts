import { afterAll, describe, expect, it } from 'vitest';
import { brailleSurface } from '../../../ui/chart/braille-surface.ts';
import { contribSurface, withoutProcessListeners } from '../../../ui/chart/contrib-surface.ts';
import { type Line, lineText, lineWidth } from '../../../ui/model/line.ts';
import { type ChartSpec, overviewCharts } from '../../../ui/model/overview-charts.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';

const events = ['exit', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGWINCH', 'SIGCONT', 'uncaughtException'];
const counts = () => events.map((event) => process.listenerCount(event));
const before = counts();
const surface = contribSurface();
afterAll(() => surface.close());

function one(values: (number | null)[]): ChartSpec {
  return { title: 't', note: '', span: '', series: [{ name: 'a', role: 'accent', values, latest: '1' }] };
}

/** Columns in which something is drawn, of the rows above the time axis. */
function drawn(lines: readonly Line[], axisColumns: number): boolean[] {
  const rows = lines.slice(0, -1).map((row) => [...lineText(row)].slice(axisColumns));
  return Array.from({ length: 40 }, (_, column) => rows.some((row) => (row[column] ?? ' ') !== ' '));
}

describe('the blessed-contrib surface', () => {
  it('draws lines in the colours of their roles and leaves the process alone', () => {
    const [requests] = overviewCharts(fakeMetrics(100), 80, false);
    if (requests === undefined) throw new Error('no chart');
    const lines = surface.plot(requests, 60, 8);
    expect(lines).toHaveLength(8);
    for (const row of lines) expect(lineWidth(row)).toBe(60);
    const roles = new Set(lines.flatMap((row) => row.map((run) => run.role)));
    expect([...roles]).toEqual(expect.arrayContaining(['accent', 'second', 'warn', 'muted']));
    expect(lines.map(lineText).join('')).not.toContain('null');
    expect(counts()).toEqual(before);
  });

  it('survives every kind of value and stays in its place', () => {
    for (const values of [
      [],
      [null, null],
      [0, 0, 0],
      [Number.NaN, 4, Number.NaN],
      [1e15, 1],
      [-5, 5],
      [3],
      Array<number>(2_000).fill(7),
    ]) {
      for (const [columns, rows] of [
        [24, 3],
        [60, 8],
        [120, 14],
      ] as const) {
        const lines = surface.plot(one(values), columns, rows);
        expect(lines).toHaveLength(rows);
        for (const row of lines) expect(lineWidth(row)).toBe(columns);
        expect(lines.map(lineText).join('')).not.toContain('null');
      }
    }
    expect(counts()).toEqual(before);
  });

  it('draws where our own surface draws', () => {
    const values = Array.from({ length: 60 }, (_, at) => (at > 20 && at < 30 ? null : 50 + 40 * Math.sin(at / 6)));
    const theirs = drawn(surface.plot(one(values), 47, 8), 6);
    const ours = drawn(brailleSurface(false).plot(one(values), 48, 8), 7);
    const agree = theirs.filter((is, column) => is === ours[column]).length;
    expect(agree / theirs.length).toBeGreaterThan(0.85);
  });

  it('forgets sizes it has not used for long', () => {
    for (let columns = 30; columns < 40; columns += 1) expect(surface.plot(one([1, 2]), columns, 5)).toHaveLength(5);
    expect(counts()).toEqual(before);
  });
});

describe('withoutProcessListeners', () => {
  it('takes off what was added, also after a throw', () => {
    const kept = () => undefined;
    process.on('SIGQUIT', kept);
    expect(() =>
      withoutProcessListeners(() => {
        process.on('SIGQUIT', () => undefined);
        process.once('exit', () => undefined);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(process.listeners('SIGQUIT')).toEqual([kept]);
    process.off('SIGQUIT', kept);
    expect(counts()).toEqual(before);
  });
});
