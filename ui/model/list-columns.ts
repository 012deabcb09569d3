import type { ExchangeRow } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { formatTime, type TimeFormat, timeTitle } from './clock.ts';
import { formatDuration, formatSize } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { resultOf } from './result-cell.ts';
import { cutText } from './text-width.ts';

/** Columns of the exchange list in the order of the screen. */
export const listColumnNames = [
  'seq',
  'time',
  'client',
  'broker',
  'api',
  'version',
  'target',
  'size',
  'latency',
  'result',
] as const;

export type ColumnName = (typeof listColumnNames)[number];

/** The column that `f` takes before one was chosen. */
export const defaultColumn: ColumnName = 'api';

/** A column with its place in a row of a certain width. */
export interface Column {
  readonly name: ColumnName;
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
}

/** Columns for the cursor and mark before the first cell. */
export const markerColumns = 2;

const rightAligned: ReadonlySet<ColumnName> = new Set(['seq', 'size', 'latency']);

const titles: Readonly<Record<ColumnName, string>> = {
  seq: '#',
  time: 'TIME',
  client: 'CLIENT',
  broker: 'BRK',
  api: 'API',
  version: 'V',
  target: 'TOPIC/GROUP',
  size: 'SIZE',
  latency: 'LATENCY',
  result: 'RESULT',
};

/** Names of the columns that a terminal of this width shows: below 120 no broker and size, below 100 no version. */
export function visibleColumns(columns: number): readonly ColumnName[] {
  return listColumnNames.filter((name) => {
    if (name === 'broker' || name === 'size') return columns >= 120;
    if (name === 'version') return columns >= 100;
    if (name === 'client') return columns >= 70;
    return true;
  });
}

const layouts = new Map<string, readonly Column[]>();
const layoutsMax = 200;

/** The columns with their widths; the room left over is shared by topic and result. */
export function listColumns(columns: number, timeFormat: TimeFormat, seqDigits: number): readonly Column[] {
  const key = `${columns} ${timeFormat} ${seqDigits}`;
  const known = layouts.get(key);
  if (known !== undefined) return known;
  if (layouts.size >= layoutsMax) layouts.clear();
  const made = layOut(columns, timeFormat, seqDigits);
  layouts.set(key, made);
  return made;
}

function layOut(columns: number, timeFormat: TimeFormat, seqDigits: number): readonly Column[] {
  const names = visibleColumns(columns);
  const widths = fixedWidths(columns, seqDigits);
  let used = markerColumns + names.length - 1;
  for (const name of names) used += widths[name];
  const room = Math.max(0, columns - used);
  // The result gets the words it needs for most errors, the topic what is left.
  const result = Math.min(40, Math.round(room * 0.62));
  const flexible: Partial<Record<ColumnName, number>> = { target: room - result, result };
  return names.map((name) => ({
    name,
    title: titleOf(name, timeFormat, flexible.target ?? 0),
    width: widths[name] + (flexible[name] ?? 0),
    right: rightAligned.has(name),
  }));
}

function titleOf(name: ColumnName, timeFormat: TimeFormat, targetColumns: number): string {
  if (name === 'time') return timeTitle(timeFormat);
  return name === 'target' && targetColumns < titles.target.length ? 'TOPIC' : titles[name];
}

function fixedWidths(columns: number, seqDigits: number): Record<ColumnName, number> {
  const wide = columns >= 160;
  const narrow = columns < 100;
  return {
    seq: Math.max(columns < 100 ? 5 : 7, seqDigits),
    time: 12,
    client: wide ? 20 : narrow ? 10 : 12,
    broker: 3,
    api: columns >= 200 ? 28 : wide ? 20 : narrow ? 12 : 13,
    version: 3,
    target: 0,
    size: 9,
    latency: narrow ? 9 : 10,
    result: 0,
  };
}

/** What a cell needs besides its row. */
export interface CellContext {
  readonly glyphs: Glyphs;
  readonly timeFormat: TimeFormat;
  readonly startedAtUs: number;
  readonly nowUs: number;
  /** Time of the row above, for deltas. */
  readonly previousUs: number | null;
  /** Columns there are for the cell; Infinity where it is copied and not drawn. */
  readonly width: number;
}

/** The text of a cell, printable; only a list of topics heeds the width, the caller cuts the rest. */
export function cellText(row: ExchangeRow, column: ColumnName, context: CellContext): string {
  const { glyphs } = context;
  switch (column) {
    case 'seq':
      return row.seq.toString();
    case 'time':
      return formatTime(row.atUs, context.timeFormat, context.startedAtUs, context.previousUs);
    case 'client':
      return row.clientId === null ? '(none)' : printable(row.clientId, glyphs.ascii);
    case 'broker':
      return row.nodeId === null ? '?' : row.nodeId.toString();
    case 'api':
      return apiText(row);
    case 'version':
      return row.apiVersion === null ? '?' : `${row.apiVersion}${row.removedInKafka4 ? glyphs.removed : ''}`;
    case 'target':
      return targetText(row, glyphs, context.width);
    case 'size':
      return row.requestSizeBytes === null && row.responseSizeBytes === null ? '?' : formatSize(sizeOf(row));
    case 'latency':
      return row.latencyUs === null ? '' : formatDuration(row.latencyUs);
    case 'result':
      return resultOf(row, glyphs, context.nowUs).text;
    default:
      return column satisfies never;
  }
}

/** Bytes of the side that carries the weight: one figure tells a big fetch and a big produce alike. */
function sizeOf(row: ExchangeRow): number {
  return Math.max(row.requestSizeBytes ?? 0, row.responseSizeBytes ?? 0);
}

/** Name of the API, or its key where it has no name. */
export function apiText(row: ExchangeRow): string {
  if (row.apiName !== null) return row.apiName;
  return row.apiKey === null ? 'SASL token' : `key ${row.apiKey}`;
}

/** The first topic and how many more; the count stays when the name is cut, since it may be the news. */
function targetText(row: ExchangeRow, glyphs: Glyphs, width: number): string {
  const topic = row.topics[0];
  if (topic !== undefined) {
    const more = row.topicCount > 1 ? ` +${row.topicCount - 1}` : '';
    return `${cutText(printable(topic, glyphs.ascii), width - more.length, glyphs.ellipsis)}${more}`;
  }
  if (row.group !== null) return `grp ${printable(row.group, glyphs.ascii)}`;
  return row.transactionalId === null ? '' : `txn ${printable(row.transactionalId, glyphs.ascii)}`;
}
