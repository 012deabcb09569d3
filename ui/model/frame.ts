import { detailLines } from './detail-pane.ts';
import { emptyLines, paragraph } from './empty-state.ts';
import { completionLines } from './filter-completion.ts';
import { findingLines } from './findings-pane.ts';
import { columnsMin, geometry, rowsMin } from './geometry.ts';
import { blank, cutLine, type Line, line } from './line.ts';
import { listLines } from './list-pane.ts';
import { overlayLines } from './overlay-pane.ts';
import { type ChartSpec, overviewCharts } from './overview-charts.ts';
import { figuresLine, isOver, overviewLayout, tableLines } from './overview-pane.ts';
import { proxyLines } from './proxy-pane.ts';
import { barLine, hintLine, tabLine } from './shell-lines.ts';
import { titleLine } from './title-line.ts';
import type { UiState } from './ui-state.ts';

/** Charts of the body: where they stand and what they show. */
export interface ChartBlock {
  readonly specs: readonly ChartSpec[];
  /** Row of the body where the block begins, and its height. */
  readonly top: number;
  readonly rows: number;
}

/** One whole screen: rows of text and, on the Overview, charts that a surface draws into their place. */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly title: Line;
  readonly tabs: Line;
  readonly body: readonly Line[];
  readonly charts: ChartBlock | null;
  readonly bar: Line;
  readonly hints: Line;
}

/** The frame of a state. Costs what is visible, whatever the length of the history. */
export function composeFrame(state: UiState): Frame {
  const layout = geometry(state);
  const { columns, rows } = state;
  if (layout.tooSmall) {
    const words = `terminal too small (${columns}×${rows})`.replace('×', state.glyphs.ascii ? 'x' : '×');
    const need = `needs ${columnsMin}x${rowsMin}`;
    const lines = [line(words, 'strong'), line(need)].slice(0, Math.max(1, rows));
    return {
      columns,
      rows,
      title: lines[0] ?? blank,
      tabs: lines[1] ?? blank,
      body: [],
      charts: null,
      bar: blank,
      hints: blank,
    };
  }
  const content = bodyOf(state, layout.bodyRows);
  const body = content.lines.slice(0, layout.bodyRows);
  while (body.length < layout.bodyRows) body.push(blank);
  if (state.overlay !== null && state.overlay.kind !== 'confirm' && state.overlay.kind !== 'seek') {
    const over = overlayLines(state, state.overlay, layout.overlayRows);
    body.splice(body.length - over.length, over.length, ...over);
  }
  const proposals = completionLines(state).slice(0, Math.trunc(layout.bodyRows / 2));
  body.splice(body.length - proposals.length, proposals.length, ...proposals);
  return {
    columns,
    rows,
    title: titleLine(state.title, state.glyphs, columns),
    tabs: tabLine(state),
    body: body.map((row) => cutLine(row, columns, state.glyphs.ellipsis)),
    charts: uncovered(content.charts, layout.bodyRows - layout.overlayRows),
    bar: barLine(state),
    hints: hintLine(state),
  };
}

function bodyOf(state: UiState, rows: number): { lines: Line[]; charts: ChartBlock | null } {
  switch (state.screen) {
    case 'traffic':
      return trafficBody(state);
    case 'overview':
      return overviewBody(state);
    case 'proxy':
      return { lines: proxyLines(state, rows), charts: null };
    case 'findings':
      return { lines: findingLines(state, rows), charts: null };
    default:
      return state.screen satisfies never;
  }
}

/** Charts that an overlay leaves whole; a chart cut in two tells nothing. */
function uncovered(charts: ChartBlock | null, freeRows: number): ChartBlock | null {
  return charts !== null && charts.top + charts.rows <= freeRows ? charts : null;
}

function trafficBody(state: UiState): { lines: Line[]; charts: null } {
  const layout = geometry(state);
  const list = layout.listRows > 0 ? listLines(state, layout.listRows) : [];
  const empty = emptyLines(state);
  const shown = empty.length > 0 ? [...list.slice(0, 1), ...empty] : list;
  const listHeight = layout.bodyRows - layout.detailRows;
  const top = shown.slice(0, listHeight);
  while (top.length < listHeight) top.push(blank);
  return { lines: [...top, ...detailLines(state, layout)], charts: null };
}

function overviewBody(state: UiState): { lines: Line[]; charts: ChartBlock | null } {
  const layout = geometry(state);
  const { metrics } = state.overview;
  if (metrics === null) return { lines: [blank, line('  waiting for the first figures of the run')], charts: null };
  if (metrics.total.requests === 0) {
    const notice = state.failure === null ? state.title?.notice : `stopped: ${state.failure}`;
    return { lines: paragraph(state, notice ?? 'No exchange yet.', 'plain'), charts: null };
  }
  const { chartRows, tableRows } = overviewLayout(layout.bodyRows);
  const lines: Line[] = [figuresLine(metrics, state)];
  for (let row = 0; row < chartRows; row += 1) lines.push(blank);
  lines.push(...tableLines(state, metrics, tableRows));
  const specs = overviewCharts(metrics, state.columns - 24, isOver(state));
  return { lines, charts: { specs, top: 1, rows: chartRows } };
}
