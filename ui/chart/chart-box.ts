import type { Glyphs } from '../model/glyphs.ts';
import { blank, cutLine, fitLine, type Line, lineWidth, type Run } from '../model/line.ts';
import type { ChartSpec } from '../model/overview-charts.ts';
import type { ChartSurface } from './chart-surface.ts';

/** How a block of charts is drawn. */
export interface ChartStyle {
  readonly glyphs: Glyphs;
  /** Lines that can be told apart: one without colours. The others stand as figures in the legend. */
  readonly seriesMax: number;
}

/** Charts side by side in boxes, `rows` high and `columns` wide together. */
export function chartBlock(
  surface: ChartSurface,
  specs: readonly ChartSpec[],
  columns: number,
  rows: number,
  style: ChartStyle,
): Line[] {
  const width = Math.trunc(columns / Math.max(1, specs.length));
  const boxes = specs.map((spec) => chartBox(surface, spec, width, rows, style));
  const lines: Line[] = [];
  for (let row = 0; row < rows; row += 1) {
    lines.push(boxes.flatMap((box) => fitLine(box[row] ?? blank, width, style.glyphs.ellipsis)));
  }
  return lines;
}

function chartBox(surface: ChartSurface, spec: ChartSpec, columns: number, rows: number, style: ChartStyle): Line[] {
  const { glyphs } = style;
  const [topLeft, topRight, bottomLeft, bottomRight] = glyphs.corners;
  const inner = columns - 2;
  const drawn = { ...spec, series: spec.series.slice(0, style.seriesMax) };
  const plot = safePlot(surface, drawn, inner, rows - 2);
  const side: Run = { text: glyphs.vertical, role: 'muted' };
  return [
    border(topLeft, topRight, legend(spec, style, columns - 3), columns, glyphs),
    ...plot.map((row) => [side, ...fitLine(row, inner, glyphs.ellipsis), side]),
    border(bottomLeft, bottomRight, [{ text: ` ${spec.span} `, role: 'muted' }], columns, glyphs),
  ];
}

/** A chart that cannot be drawn is a sentence, never the end of the screen: the figures stand in the legend. */
function safePlot(surface: ChartSurface, spec: ChartSpec, columns: number, rows: number): readonly Line[] {
  const known = spec.series.some((series) => series.values.some((value) => value !== null));
  const words: Line = [{ text: known ? ' this chart cannot be drawn here' : ' no value yet', role: 'muted' }];
  const empty = [words, ...new Array<Line>(Math.max(0, rows - 1)).fill(blank)].slice(0, Math.max(0, rows));
  if (!known || rows < 2 || columns < 20) return empty;
  return surface.plot(spec, columns, rows);
}

/** Title and series with their newest values; a series that is drawn has its line before its name. */
function legend(spec: ChartSpec, style: ChartStyle, columns: number): Line {
  const { glyphs } = style;
  const runs: Run[] = [{ text: ` ${spec.title} `, role: 'strong' }];
  for (const [index, series] of spec.series.entries()) {
    const isDrawn = index < style.seriesMax;
    const sign = isDrawn ? glyphs.horizontal.repeat(2) : glyphs.between;
    runs.push({ text: ` ${sign} ${series.name} ${series.latest}`, role: isDrawn ? series.role : 'plain' });
  }
  const note: Run = { text: `${spec.note} `, role: 'muted' };
  const [title, ...rest] = runs;
  if (title !== undefined && spec.note !== '' && lineWidth(runs) + lineWidth([note]) + 1 <= columns) {
    return [title, note, ...rest, { text: ' ', role: 'plain' }];
  }
  return [...runs, { text: ' ', role: 'plain' }];
}

function border(left: string, right: string, content: Line, columns: number, glyphs: Glyphs): Line {
  const shown = cutLine(content, columns - 3, glyphs.ellipsis);
  const rest = Math.max(0, columns - 3 - lineWidth(shown));
  return [
    { text: `${left}${glyphs.horizontal}`, role: 'muted' },
    ...shown,
    { text: `${glyphs.horizontal.repeat(rest)}${right}`, role: 'muted' },
  ];
}
