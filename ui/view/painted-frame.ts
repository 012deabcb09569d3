import { chartBlock } from '../chart/chart-box.ts';
import type { ChartSurface } from '../chart/chart-surface.ts';
import type { Frame } from '../model/frame.ts';
import type { Glyphs } from '../model/glyphs.ts';
import { seriesMax, type Theme } from './theme.ts';

/** A frame as strings for the terminal, one a row. Equal strings are equal rows: nothing else is compared. */
export interface PaintedFrame {
  readonly columns: number;
  readonly title: string;
  readonly tabs: string;
  readonly body: readonly string[];
  readonly bar: string;
  readonly hints: string;
}

/** Paints a frame. Charts are drawn by the surface; until one is there their place stays empty. */
export function paintFrame(frame: Frame, theme: Theme, glyphs: Glyphs, surface: ChartSurface | null): PaintedFrame {
  const body = frame.body.map((line) => theme.paint(line));
  if (frame.charts !== null && surface !== null) {
    const { specs, top, rows } = frame.charts;
    const lines = chartBlock(surface, specs, frame.columns, rows, { glyphs, seriesMax: seriesMax(theme) });
    for (const [index, line] of lines.entries()) body[top + index] = theme.paint(line);
  }
  return {
    columns: frame.columns,
    title: theme.paint(frame.title),
    tabs: theme.paint(frame.tabs),
    body,
    bar: theme.paint(frame.bar),
    hints: theme.paint(frame.hints),
  };
}

/** All rows of the screen from top to bottom. */
export function frameRows(frame: PaintedFrame): readonly string[] {
  return [frame.title, frame.tabs, ...frame.body, frame.bar, frame.hints];
}

/** Would the screen look the same? Then nothing is committed: a commit costs Ink 5 ms even when no cell changed. */
export function isSameFrame(a: PaintedFrame, b: PaintedFrame): boolean {
  if (a.columns !== b.columns || a.body.length !== b.body.length) return false;
  const rows = frameRows(b);
  return frameRows(a).every((row, index) => row === rows[index]);
}
