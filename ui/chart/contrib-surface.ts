import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
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
      return canvas.screen.lines.slice(0, rows).map((cells) => cellsLine(cells, columns));
    },
    close() {
      for (const canvas of canvases) canvas.screen.destroy();
      canvases.length = 0;
    },
  };
}

/** The canvas takes null for a hole as NaN, and draws the first series last so that it lies on top. */
function seriesOf(spec: ChartSpec, x: readonly string[]): ContribSeries[] {
  const isEmpty = axisMax(spec.series) === 1;
  const drawn = spec.series.toReversed().map((series) => ({
    title: '',
    x,
    y: series.values.map((value) => (value === null || !Number.isFinite(value) ? Number.NaN : Math.max(0, value))),
    style: { line: colourOfRole.find(([role]) => role === series.role)?.[1] ?? 'white' },
  }));
  // A chart of nothing still needs an axis: one value that is drawn nowhere visible gives it.
  return isEmpty && drawn.every((series) => series.y.every((value) => Number.isNaN(value)))
    ? [{ title: '', x, y: x.map(() => 0), style: { line: baselineColour } }]
    : drawn;
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
    abbreviate: true,
    numYLabels: rows >= 8 ? 4 : 2,
    xPadding: 10,
    xLabelPadding: 3,
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

function cellsLine(cells: readonly (readonly [attributes: number, character: string])[], columns: number): Line {
  const runs: Run[] = [];
  for (const [attributes, character] of cells.slice(0, columns)) {
    // blessed packs the foreground into bits 9 to 17; 0x1ff is the default colour.
    const foreground = (attributes >> 9) & 0x1ff;
    const role = colourOfRole.find((entry) => entry[2] === foreground)?.[0] ?? 'muted';
    runs.push({ text: character === '' ? ' ' : character, role });
  }
  return mergeRuns(runs);
}
