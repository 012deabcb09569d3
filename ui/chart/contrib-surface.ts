import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { formatShort } from '../model/format.ts';
import { mergeRuns } from '../model/hex.ts';
import type { Line, Role, Run } from '../model/line.ts';
import type { ChartSpec } from '../model/overview-charts.ts';
import { axisMax } from './braille-surface.ts';
import type { ChartSurface } from './chart-surface.ts';

/** The part of blessed and blessed-contrib that is used; neither brings types of its own. */
interface ContribSeries {
  readonly title: string;
  readonly x: readonly string[];
  readonly y: readonly number[];
  readonly style: { readonly line: string };
}
interface ContribLine {
  setData(series: readonly ContribSeries[]): void;
}
interface BlessedScreen {
  readonly lines: readonly (readonly (readonly [attributes: number, character: string])[])[];
  append(element: ContribLine): void;
  render(): void;
  destroy(): void;
}
interface Blessed {
  program(options: object): object;
  screen(options: object): BlessedScreen;
}
type MakeLine = (options: object) => ContribLine;

/** Colours are only labels here: each role draws in one, and is found again by it in the finished cells. */
const colourOfRole: readonly (readonly [role: Role, colour: string, index: number])[] = [
  ['accent', 'cyan', 6],
  ['second', 'magenta', 5],
  ['warn', 'yellow', 3],
  ['ok', 'green', 2],
];
const baselineColour = 'blue';

/** Columns before the value axis. */
const axisColumns = 5;

/** Columns at the right edge and rows at the bottom that contrib's canvas leaves empty. */
const unusedColumns = 6;
const unusedRows = 4;

/** Chart sizes kept ready; a resize passes through many. */
const screensMax = 4;

interface Canvas {
  readonly key: string;
  readonly screen: BlessedScreen;
  readonly chart: ContribLine;
}

/**
 * blessed-contrib's line chart, drawn on a screen that nobody sees and read back cell by cell. Deep imports load a
 * third of the package and nothing that reads XML or Markdown. Throws when the packages cannot be loaded.
 */
export function contribSurface(): ChartSurface {
  const require = createRequire(import.meta.url);
  const blessed: Blessed = require('blessed');
  const makeLine: MakeLine = require('blessed-contrib/lib/widget/charts/line.js');
  const canvases: Canvas[] = [];
  return {
    name: 'blessed-contrib',
    plot(spec, columns, rows) {
      const canvas = canvasOf(canvases, blessed, makeLine, columns, rows);
      const length = Math.max(2, ...spec.series.map((series) => series.values.length));
      const x = new Array<string>(length).fill('');
      canvas.chart.setData(seriesOf(spec, x));
      canvas.screen.render();
      const max = axisMax(spec.series);
      return canvas.screen.lines.slice(0, rows).map((cells, row): Line => {
        const label = axisLabel(row, rows, max).slice(0, axisColumns).padEnd(axisColumns);
        return mergeRuns([{ text: label, role: 'muted' }, ...cellsLine(cells.slice(axisColumns, columns))]);
      });
    },
    close() {
      for (const canvas of canvases) canvas.screen.destroy();
      canvases.length = 0;
    },
  };
}

/** Values as contrib gets them: of 100, so that its labels stay short (ours are written over them). */
const fullScale = 100;
/** Its canvas loses what touches the upper edge. */
const headroom = 1.15;

/** A hole is NaN there; the first series is drawn last so that it lies on top. */
function seriesOf(spec: ChartSpec, x: readonly string[]): ContribSeries[] {
  const max = axisMax(spec.series);
  return spec.series.toReversed().map((series) => ({
    title: '',
    x,
    y: series.values.map((value) =>
      value === null || !Number.isFinite(value) ? Number.NaN : (Math.max(0, value) / max) * fullScale,
    ),
    style: { line: colourOfRole.find(([role]) => role === series.role)?.[1] ?? 'white' },
  }));
}

/** The value that a row stands for; the pixel arithmetic is contrib's own (line.js, getYPixel). */
function rowValue(row: number, rows: number, max: number): number {
  const pixels = 4 * rows - 3;
  return (max * headroom * (pixels - 2 - (4 * row + 1.5))) / pixels;
}

function axisLabel(row: number, rows: number, max: number): string {
  if (row === rows - 2) return '0';
  const isMiddle = rows >= 6 && row === Math.trunc((rows - 1) / 2);
  return row === 0 || isMiddle ? formatShort(rowValue(row, rows, max)) : '';
}

function canvasOf(canvases: Canvas[], blessed: Blessed, makeLine: MakeLine, columns: number, rows: number): Canvas {
  const key = `${columns}x${rows}`;
  const known = canvases.find((canvas) => canvas.key === key);
  if (known !== undefined) return known;
  while (canvases.length >= screensMax) canvases.shift()?.screen.destroy();
  const made = withoutProcessListeners(() => makeCanvas(key, blessed, makeLine, columns, rows));
  canvases.push(made);
  return made;
}

function makeCanvas(key: string, blessed: Blessed, makeLine: MakeLine, columns: number, rows: number): Canvas {
  const width = columns + unusedColumns;
  const height = rows + unusedRows;
  const output = Object.assign(new PassThrough(), { columns: width, rows: height, isTTY: true });
  // What blessed would send to a terminal goes nowhere; the stream must flow, or it would keep it all.
  output.resume();
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const program = blessed.program({ input, output, term: 'xterm', tput: true });
  const screen = blessed.screen({ program, smartCSR: false, term: 'xterm' });
  const chart = makeLine({
    top: 0,
    left: 0,
    width,
    height,
    showLegend: false,
    numYLabels: 1,
    xPadding: axisColumns * 2,
    xLabelPadding: 3,
    maxY: fullScale * headroom,
    style: { line: 'white', text: baselineColour, baseline: baselineColour },
  });
  screen.append(chart);
  return { key, screen, chart };
}

/**
 * blessed listens to exit, signals and uncaught exceptions of the process, to restore a terminal that it does not
 * have here and to exit when it thinks fit. What it adds is taken off again at once.
 */
export function withoutProcessListeners<T>(make: () => T): T {
  const events = [
    'exit',
    'SIGINT',
    'SIGTERM',
    'SIGQUIT',
    'SIGHUP',
    'SIGWINCH',
    'SIGCONT',
    'SIGTSTP',
    'uncaughtException',
  ];
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  try {
    return make();
  } finally {
    for (const event of events) {
      for (const listener of process.rawListeners(event)) {
        if (before.get(event)?.has(listener) === true) continue;
        process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    }
  }
}

function cellsLine(cells: readonly (readonly [attributes: number, character: string])[]): Run[] {
  return cells.map(([attributes, character]): Run => {
    // blessed packs the foreground into bits 9 to 17; 0x1ff is the default colour.
    const foreground = (attributes >> 9) & 0x1ff;
    const role = colourOfRole.find((entry) => entry[2] === foreground)?.[0] ?? 'muted';
    return { text: character === '' ? ' ' : character, role };
  });
}
