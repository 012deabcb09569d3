import type { MetricsSnapshot } from '../../src/metrics/metrics-snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { formatCount, formatMs, formatShare, formatShort, formatSize } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { blank, cutLine, fitLine, type Line, line, selectedLine } from './line.ts';
import { wholeSeconds } from './overview-charts.ts';
import { type OverviewRow, overviewRows } from './overview-rows.ts';
import { cutText, padText, padTextStart } from './text-width.ts';
import type { OverviewTable, UiState } from './ui-state.ts';
import { selectedIndex } from './update-overview.ts';

/** Rows of the Overview: figures, charts, tables. */
export interface OverviewLayout {
  readonly chartRows: number;
  readonly tableRows: number;
}

const chartRowsMin = 6;
const chartRowsMax = 14;

/** Rows for charts and tables of a body. */
export function overviewLayout(bodyRows: number): OverviewLayout {
  const chartRows = Math.min(chartRowsMax, Math.max(chartRowsMin, Math.trunc((bodyRows - 2) * 0.36)));
  return { chartRows, tableRows: Math.max(0, bodyRows - 1 - chartRows) };
}

/** Does the run add nothing any more? A capture's last second is as whole as the others. */
export function isOver(state: UiState): boolean {
  return state.title?.finished === true;
}

/** The row above the charts: what runs through, in figures. */
export function figuresLine(metrics: MetricsSnapshot, state: UiState): Line {
  const { total } = metrics;
  const last = wholeSeconds(metrics, isOver(state)).at(-1);
  const parts = [
    `requests/s ${formatCount(Math.round(total.rate10s))}`,
    `in ${formatSize(last?.requestBytes ?? null)}/s`,
    `out ${formatSize(last?.responseBytes ?? null)}/s`,
    `in-flight ${formatCount(total.inFlight)}`,
    `conns ${formatCount(metrics.connections)}`,
    `throttled ${formatCount(total.throttledResponses)}`,
    `err ${formatShare(total.responses > 0 ? total.errors / total.responses : null)}`,
  ];
  return cutLine(line(` ${parts.join('   ')}`, 'strong'), state.columns, state.glyphs.ellipsis);
}

/** The tables below the charts; side by side from 120 columns on, else one below the other. */
export function tableLines(state: UiState, metrics: MetricsSnapshot, rows: number): Line[] {
  const footer = line(
    ' enter on a row: its traffic.  Fetch, JoinGroup and SyncGroup waits are apart ("wait"): quiet is not slow.',
    'muted',
  );
  const room = Math.max(0, rows - 1);
  const lines = state.columns >= 120 ? besideEachOther(state, metrics, room) : stacked(state, metrics, room);
  while (lines.length < room) lines.push(blank);
  return [...lines.slice(0, room), cutLine(footer, state.columns, state.glyphs.ellipsis)];
}

function besideEachOther(state: UiState, metrics: MetricsSnapshot, rows: number): Line[] {
  const { glyphs } = state;
  const right = Math.min(72, Math.max(39, Math.trunc(state.columns * 0.36)));
  const left = state.columns - right - 3;
  const errorRows = Math.max(2, Math.trunc(rows / 2));
  const api = table(state, metrics, 'api', left, rows);
  const beside = [
    ...padded(table(state, metrics, 'errors', right, errorRows), errorRows),
    ...table(state, metrics, 'brokers', right, rows - errorRows),
  ];
  const lines: Line[] = [];
  for (let at = 0; at < rows; at += 1) {
    const bar = { text: ` ${glyphs.vertical} `, role: 'muted' as const };
    lines.push([...fitLine(api[at] ?? blank, left, glyphs.ellipsis), bar, ...(beside[at] ?? blank)]);
  }
  return lines;
}

function stacked(state: UiState, metrics: MetricsSnapshot, rows: number): Line[] {
  // Each table keeps its heading and two rows; what is left goes to the one that has the keyboard.
  const least = 3;
  const spare = Math.max(0, rows - 3 * least);
  const lines: Line[] = [];
  for (const name of ['api', 'errors', 'brokers'] as const) {
    const share = least + (name === state.overview.table ? spare : 0);
    lines.push(...padded(table(state, metrics, name, state.columns, share), share));
  }
  return lines;
}

function padded(lines: Line[], rows: number): Line[] {
  while (lines.length < rows) lines.push(blank);
  return lines;
}

function table(state: UiState, metrics: MetricsSnapshot, name: OverviewTable, width: number, rows: number): Line[] {
  const all = overviewRows(metrics, name);
  const focused = state.overview.table === name;
  const heading: Line = [
    {
      text: fitHeading(`${focused ? state.glyphs.cursor : ' '}${headings(name, width)}`, width, state.glyphs),
      role: 'strong',
    },
  ];
  if (rows <= 1) return [heading];
  if (all.length === 0) return [heading, line(`  ${emptyWords[name]}`)];
  const selected = selectedIndex(state, name);
  const room = rows - 1;
  const top = Math.max(0, Math.min(selected - room + 1, all.length - room));
  const lines: Line[] = [heading];
  for (const [at, row] of all.slice(top, top + room).entries()) {
    lines.push(rowLine(state, name, row, width, focused && top + at === selected));
  }
  return lines;
}

const emptyWords: Readonly<Record<OverviewTable, string>> = {
  api: 'no request yet',
  errors: 'no error seen',
  brokers: 'no broker seen yet',
};

function fitHeading(text: string, width: number, glyphs: Glyphs): string {
  return padText(cutText(text, width, glyphs.ellipsis), width);
}

/** Columns of a table besides its name and its bar. */
function fixedColumns(name: OverviewTable, width: number): number {
  if (name === 'api') return 56;
  return name === 'errors' ? 10 : hasBrokerLatency(width) ? 30 : 22;
}

function hasBrokerLatency(width: number): boolean {
  return width >= 50;
}

function nameColumns(name: OverviewTable, width: number): number {
  const widest = name === 'errors' ? 36 : 24;
  const least = name === 'errors' ? 26 : 14;
  return Math.min(widest, Math.max(least, width - fixedColumns(name, width) - 12));
}

function barColumns(name: OverviewTable, width: number): number {
  return Math.max(0, Math.min(24, width - fixedColumns(name, width) - nameColumns(name, width)));
}

function headings(name: OverviewTable, width: number): string {
  const bar = ' '.repeat(barColumns(name, width));
  const named = (title: string) => padText(title, nameColumns(name, width));
  switch (name) {
    case 'api':
      return `${named('API')}   REQ/S ${bar} SHARE    p50    p99      max  ERRORS     WAIT`;
    case 'errors':
      return `${named('ERROR')} ${bar}   COUNT`;
    case 'brokers':
      return `${named('BROKER')} ${bar} IN-FLIGHT${hasBrokerLatency(width) ? '     p99' : ''}  THROTTLE`;
    default:
      return name satisfies never;
  }
}

function rowLine(state: UiState, name: OverviewTable, row: OverviewRow, width: number, chosen: boolean): Line {
  const { glyphs } = state;
  const label = printable(row.name, glyphs.ascii);
  const columns = nameColumns(name, width);
  const start = `${chosen ? glyphs.cursor : ' '}${padText(cutText(label, columns, glyphs.ellipsis), columns)}`;
  const bar = barText(row.share, barColumns(name, width), glyphs);
  const text = cutText(`${start}${cells(name, row, bar, width)}`, width, glyphs.ellipsis);
  return chosen ? selectedLine(line(text), width, glyphs.ellipsis) : line(text);
}

function cells(name: OverviewTable, row: OverviewRow, bar: string, width: number): string {
  const { figures } = row;
  if (name === 'errors' || figures === null) return ` ${bar} ${padTextStart(formatCount(row.count), 7)}`;
  if (name === 'brokers') {
    const throttle = figures.throttleMs > 0 ? `${formatCount(figures.throttleMs)} ms` : '0 ms';
    const latency = hasBrokerLatency(width) ? ` ${padTextStart(formatMs(figures.latency.p99Us), 7)}` : '';
    return ` ${bar} ${padTextStart(formatCount(row.count), 9)}${latency} ${padTextStart(throttle, 9)}`;
  }
  const { latency } = figures;
  return [
    ` ${padTextStart(formatShort(figures.rate10s), 7)}`,
    ` ${bar} ${padTextStart(formatShare(row.share), 5)}`,
    ` ${padTextStart(formatMs(latency.p50Us), 6)} ${padTextStart(formatMs(latency.p99Us), 6)} ${padTextStart(formatMs(latency.maxUs), 8)}`,
    ` ${padTextStart(formatCount(figures.errors), 7)} ${padTextStart(figures.wait.count > 0 ? formatMs(figures.wait.p50Us) : '-', 8)}`,
  ].join('');
}

/** A bar of text: the share of `columns`, in halves of a character. */
export function barText(share: number | null, columns: number, glyphs: Glyphs): string {
  const halves = Math.round(Math.min(1, Math.max(0, share ?? 0)) * columns * 2);
  const bar = glyphs.bar.repeat(Math.trunc(halves / 2)) + (halves % 2 === 1 ? glyphs.halfBar : '');
  return padText(bar, columns);
}
