import type { Line } from '../model/line.ts';
import type { ChartSpec } from '../model/overview-charts.ts';

/** Something that draws lines of values into rows of text. Two exist; goldens hold them against each other. */
export interface ChartSurface {
  readonly name: 'blessed-contrib' | 'braille' | 'ascii';
  /** Exactly `rows` rows of at most `columns` columns: value axis on the left, time axis in the last row. */
  plot(spec: ChartSpec, columns: number, rows: number): readonly Line[];
  close(): void;
}

/** Plots kept: both charts of the Overview, and those of the size before. */
const plotsMax = 4;

/** A surface that draws a chart again only when its values or its size changed: once a second, not ten times. */
export function cachedSurface(surface: ChartSurface): ChartSurface {
  const plots = new Map<string, readonly Line[]>();
  return {
    name: surface.name,
    plot(spec, columns, rows) {
      const key = plotKey(spec, columns, rows);
      const known = plots.get(key);
      if (known !== undefined) return known;
      const plot = surface.plot(spec, columns, rows);
      for (const old of plots.keys()) {
        if (plots.size < plotsMax) break;
        plots.delete(old);
      }
      plots.set(key, plot);
      return plot;
    },
    close: () => surface.close(),
  };
}

function plotKey(spec: ChartSpec, columns: number, rows: number): string {
  const series = spec.series.map(({ role, values }) => `${role}:${values.join(',')}`);
  return `${columns}x${rows} ${series.join(' ')}`;
}
