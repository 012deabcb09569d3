import type { ConnectionFigures, ListenerFigures } from '../../src/metrics/metrics-snapshot.ts';
import type { PathSnapshot } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { paragraph } from './empty-state.ts';
import { formatCount, formatSize } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { blank, cutLine, fitLine, type Line, line, selectedLine } from './line.ts';
import { factLines } from './proxy-facts.ts';
import { type ProxyLayout, proxyLayout } from './proxy-layout.ts';
import { cutText, padText, padTextStart, textWidth } from './text-width.ts';
import type { UiState } from './ui-state.ts';
import { connectionAt } from './update-proxy.ts';

/** The body of the Proxy screen: verdict and facts, listeners, open connections. */
export function proxyLines(state: UiState, rows: number): Line[] {
  const { path } = state.proxy;
  if (state.failure !== null && path === null) return paragraph(state, `stopped: ${state.failure}`, 'error');
  if (path === null) return [blank, line('  waiting for the first facts of the path')];
  const layout = proxyLayout(state, rows);
  const { glyphs } = state;
  const facts = filled(factLines(path, layout.factColumns, glyphs), layout.factRows);
  const listeners = listenerLines(path, layout, glyphs);
  const upper = layout.beside
    ? facts.map((row, at) => beside(row, listeners[at] ?? blank, layout, glyphs))
    : [...facts, ...filled(listeners, layout.listenerRows)];
  return [...upper, ...connectionLines(state, path, layout)];
}

function filled(lines: Line[], rows: number): Line[] {
  const some = lines.slice(0, rows);
  while (some.length < rows) some.push(blank);
  return some;
}

function beside(left: Line, right: Line, layout: ProxyLayout, glyphs: Glyphs): Line {
  const bar = { text: ` ${glyphs.vertical} `, role: 'muted' as const };
  return [...fitLine(left, layout.factColumns, glyphs.ellipsis), bar, ...right];
}

function listenerLines({ listeners, facts }: PathSnapshot, layout: ProxyLayout, glyphs: Glyphs): Line[] {
  const { listenerRows, listenerColumns: width } = layout;
  if (listenerRows === 0) return [];
  if (facts === null) return [line(' no listeners: this is a capture', 'muted')];
  const addressColumns = Math.max(15, Math.min(30, Math.trunc((width - 26) / 2)));
  const column = (text: string) => padText(cutText(text, addressColumns, glyphs.ellipsis), addressColumns);
  const heading = ` NODE ${column('CLIENTS USE')} ${column('BROKER')} CONNS REACHED`;
  const room = listenerRows - 1;
  // Those that fail are what is looked for: they come first where not all have a row.
  const shown = listeners.length <= room ? listeners : [...listeners].sort((a, b) => rank(a) - rank(b));
  const rows = shown.slice(0, room);
  const lines = [line(cutText(heading, width, glyphs.ellipsis), 'strong')];
  for (const listener of rows) {
    const node = listener.nodeId === null ? 'boot' : `${listener.nodeId}${listener.controller ? 'c' : ''}`;
    const start = ` ${padTextStart(node, 4)} ${column(listener.address ?? 'none: direct')} ${column(printable(listener.upstream, glyphs.ascii))} ${padTextStart(formatCount(listener.connections), 5)} `;
    lines.push(cutLine([{ text: start, role: 'plain' }, reachedRun(listener, glyphs)], width, glyphs.ellipsis));
  }
  const left = listeners.length - rows.length;
  if (left > 0 && lines.length > 1) {
    lines[lines.length - 1] = line(
      cutText(` and ${formatCount(left + 1)} more listeners`, width, glyphs.ellipsis),
      'muted',
    );
  }
  return lines;
}

function rank({ state }: ListenerFigures): number {
  return state === 'failed' ? 0 : 1;
}

function reachedRun({ state, failure }: ListenerFigures, glyphs: Glyphs): Line[number] {
  switch (state) {
    case 'reached':
      return { text: `${glyphs.ok} yes`, role: 'ok' };
    case 'failed':
      return { text: `${glyphs.bad} ${printable(failure ?? 'no', glyphs.ascii)}`, role: 'error' };
    case 'unused':
      return { text: 'not tried yet', role: 'muted' };
    default:
      return state satisfies never;
  }
}

function connectionLines(state: UiState, path: PathSnapshot, layout: ProxyLayout): Line[] {
  const { glyphs, columns, proxy } = state;
  const { total } = path.connections;
  const shown = visibleColumns(columns);
  const count = `${formatCount(total)} open`;
  const heading = ` ${rowText(shown, (column) => column.title, glyphs)}`;
  const whole = textWidth(heading) + textWidth(count) + 2 <= columns ? `${heading}  ${count}` : heading;
  const lines: Line[] = [line(cutText(whole, columns, glyphs.ellipsis), 'strong')];
  if (total === 0) return [...lines, line('  no connection is open')];
  for (let at = proxy.top; at < Math.min(total, proxy.top + layout.connectionRows); at += 1) {
    const connection = connectionAt(state, at);
    if (connection === null) {
      lines.push(line(`  ${glyphs.pending}`, 'muted'));
      continue;
    }
    const chosen = at === proxy.cursor;
    const cells = rowText(shown, (column) => printable(column.cell(connection, glyphs), glyphs.ascii), glyphs);
    const text = cutText(`${chosen ? glyphs.cursor : ' '}${cells}`, columns, glyphs.ellipsis);
    lines.push(chosen ? selectedLine(line(text), columns, glyphs.ellipsis) : line(text));
  }
  return lines;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  /** Terminal columns from which it is shown. */
  readonly from: number;
  cell(connection: ConnectionFigures, glyphs: Glyphs): string;
}

const columnList: readonly Column[] = [
  { title: 'CONN', width: 6, right: true, from: 0, cell: ({ id }) => String(id) },
  { title: 'CLIENT', width: 21, right: false, from: 0, cell: ({ client }) => client },
  {
    title: 'CLIENT ID',
    width: 18,
    right: false,
    from: 110,
    cell: ({ clientId }, glyphs) => clientId ?? glyphs.unknown,
  },
  { title: 'BRK', width: 4, right: true, from: 0, cell: ({ nodeId }, glyphs) => String(nodeId ?? glyphs.unknown) },
  { title: 'BROKER', width: 21, right: false, from: 150, cell: ({ broker }) => broker },
  { title: 'TLS', width: 9, right: false, from: 0, cell: ({ tls }) => tls?.split(' ', 1)[0] ?? 'plaintext' },
  {
    title: 'CIPHER',
    width: 28,
    right: false,
    from: 190,
    cell: ({ tls }, glyphs) => tls?.slice(tls.indexOf(' ') + 1) ?? glyphs.byDesign,
  },
  {
    title: 'SASL',
    width: 13,
    right: false,
    from: 95,
    cell: ({ saslMechanism }, glyphs) => saslMechanism ?? glyphs.byDesign,
  },
  {
    title: 'PRINCIPAL',
    width: 16,
    right: false,
    from: 130,
    cell: ({ principal }, glyphs) => principal ?? glyphs.unknown,
  },
  { title: 'FLY', width: 4, right: true, from: 0, cell: ({ inFlight }) => formatCount(inFlight) },
  { title: 'REQUESTS', width: 9, right: true, from: 70, cell: ({ requests }) => formatCount(requests) },
  { title: 'IN', width: 8, right: true, from: 0, cell: ({ requestBytes }) => formatSize(requestBytes) },
  { title: 'OUT', width: 8, right: true, from: 0, cell: ({ responseBytes }) => formatSize(responseBytes) },
];

function visibleColumns(columns: number): readonly Column[] {
  return columnList.filter(({ from }) => columns >= from);
}

function rowText(shown: readonly Column[], textOf: (column: Column) => string, glyphs: Glyphs): string {
  return shown
    .map((column) => {
      const text = cutText(textOf(column), column.width, glyphs.ellipsis);
      return column.right ? padTextStart(text, column.width) : padText(text, column.width);
    })
    .join(' ');
}
