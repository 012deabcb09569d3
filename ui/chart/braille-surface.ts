import { formatShort } from '../model/format.ts';
import type { Line, Role, Run } from '../model/line.ts';
import type { ChartSeries, ChartSpec } from '../model/overview-charts.ts';
import type { ChartSurface } from './chart-surface.ts';

const axisColumns = 6;

/** Bits of the braille pattern by row (0–3) and column (0–1) of the dot in its cell. */
const dotBits: readonly (readonly [number, number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** A raster of cells; each remembers its dots and who drew there last. */
interface Raster {
  readonly columns: number;
  readonly rows: number;
  readonly dots: Uint8Array;
  readonly roles: (Role | null)[];
}

/** Our own lines: braille dots, or stars where the terminal has only ASCII. No dependency, no state. */
export function brailleSurface(asciiOnly: boolean): ChartSurface {
  return {
    name: asciiOnly ? 'ascii' : 'braille',
    plot: (spec, columns, rows) => plot(spec, columns, rows, asciiOnly),
    close: () => undefined,
  };
}

/** The greatest known value of all series, at least the smallest number that makes an axis. */
export function axisMax(series: readonly ChartSeries[]): number {
  let max = 0;
  for (const { values } of series) {
    for (const value of values) if (value !== null && Number.isFinite(value) && value > max) max = value;
  }
  return max > 0 ? max : 1;
}

function plot(spec: ChartSpec, columns: number, rows: number, asciiOnly: boolean): Line[] {
  const plotRows = Math.max(1, rows - 1);
  const plotColumns = Math.max(1, columns - axisColumns - 1);
  const raster: Raster = {
    columns: plotColumns,
    rows: plotRows,
    dots: new Uint8Array(plotColumns * plotRows),
    roles: new Array<Role | null>(plotColumns * plotRows).fill(null),
  };
  const max = axisMax(spec.series);
  // Drawn last to first: the first series is the one that matters most and lies on top.
  for (const series of spec.series.toReversed()) drawSeries(raster, series, max);
  const lines: Line[] = [];
  for (let row = 0; row < plotRows; row += 1) lines.push(rasterLine(raster, row, max, asciiOnly));
  const corner = asciiOnly ? '+' : '└';
  const floor = (asciiOnly ? '-' : '─').repeat(plotColumns);
  lines.push([{ text: `${' '.repeat(axisColumns)}${corner}${floor}`, role: 'muted' }]);
  return lines.slice(0, rows);
}

function drawSeries(raster: Raster, series: ChartSeries, max: number): void {
  const width = raster.columns * 2;
  const height = raster.rows * 4;
  const { values, role } = series;
  let previous: readonly [number, number] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null || !Number.isFinite(value)) {
      previous = null;
      continue;
    }
    const x = values.length <= 1 ? 0 : Math.round((index * (width - 1)) / (values.length - 1));
    const share = Math.min(1, Math.max(0, value / max));
    const y = Math.round((1 - share) * (height - 1));
    if (previous === null) setDot(raster, x, y, role);
    else drawSegment(raster, previous, [x, y], role);
    previous = [x, y];
  }
}

function drawSegment(raster: Raster, from: readonly [number, number], to: readonly [number, number], role: Role): void {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  for (let step = 0; step <= steps; step += 1) {
    const x = Math.round(from[0] + ((to[0] - from[0]) * step) / steps);
    const y = Math.round(from[1] + ((to[1] - from[1]) * step) / steps);
    setDot(raster, x, y, role);
  }
}

function setDot(raster: Raster, x: number, y: number, role: Role): void {
  const at = Math.trunc(y / 4) * raster.columns + Math.trunc(x / 2);
  const bits = dotBits[y % 4]?.[x % 2] ?? 0;
  raster.dots[at] = (raster.dots[at] ?? 0) | bits;
  raster.roles[at] = role;
}

function rasterLine(raster: Raster, row: number, max: number, asciiOnly: boolean): Line {
  const label = axisLabel(row, raster.rows, max);
  const runs: Run[] = [{ text: `${label.padStart(axisColumns)}${asciiOnly ? '|' : '│'}`, role: 'muted' }];
  let text = '';
  let role: Role = 'plain';
  for (let column = 0; column < raster.columns; column += 1) {
    const at = row * raster.columns + column;
    const cellRole: Role = raster.roles[at] ?? role;
    if (cellRole !== role && text !== '') {
      runs.push({ text, role });
      text = '';
    }
    role = cellRole;
    text += cellCharacter(raster.dots[at] ?? 0, asciiOnly);
  }
  if (text !== '') runs.push({ text, role });
  return runs;
}

function cellCharacter(dots: number, asciiOnly: boolean): string {
  if (dots === 0) return ' ';
  if (!asciiOnly) return String.fromCodePoint(0x2800 + dots);
  // Upper or lower half of the cell: two heights a row are better than one.
  return (dots & 0b0001_1011) !== 0 ? '*' : '.';
}

/** A value beside the top, the middle and the bottom row. */
function axisLabel(row: number, rows: number, max: number): string {
  if (row === 0) return `${formatShort(max)} `;
  if (row === rows - 1) return '0 ';
  return rows >= 5 && row === Math.trunc(rows / 2) ? `${formatShort(max * (1 - row / (rows - 1)))} ` : '';
}
