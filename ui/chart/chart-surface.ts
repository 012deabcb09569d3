import type { Line } from '../model/line.ts';
import type { ChartSpec } from '../model/overview-charts.ts';

/** Something that draws lines of values into rows of text. Two exist; goldens hold them against each other. */
export interface ChartSurface {
  readonly name: 'blessed-contrib' | 'braille' | 'ascii';
  /** Exactly `rows` rows of at most `columns` columns: value axis on the left, time axis in the last row. */
  plot(spec: ChartSpec, columns: number, rows: number): readonly Line[];
  close(): void;
}
