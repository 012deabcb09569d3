import type { ExchangeRow } from '../../src/store/snapshot.ts';
import { focusOf } from './focus.ts';
import { type Line, line, type Run, selectedLine } from './line.ts';
import { type CellContext, type Column, cellText, listColumnNames, listColumns } from './list-columns.ts';
import { resultOf } from './result-cell.ts';
import { cutText, padText, padTextStart } from './text-width.ts';
import { shownNowUs, type UiState } from './ui-state.ts';
import { rowAt, visibleEnd } from './update-list.ts';

/** The heading and `count` rows of the list. */
export function listLines(state: UiState, count: number): Line[] {
  if (count <= 0) return [];
  const { list } = state;
  const newest = list.rows.at(-1)?.seq ?? 0;
  const columns = listColumns(state.columns, state.timeFormat, newest.toString().length);
  const lines: Line[] = [headingLine(state, columns)];
  const end = visibleEnd(list, state.frozen);
  for (let at = list.top; at < list.top + count && at < end; at += 1) {
    const row = rowAt(list.rows, at);
    lines.push(row === null ? line(`  ${state.glyphs.pending}`, 'muted') : rowLine(state, columns, row, at));
  }
  return lines;
}

function headingLine(state: UiState, columns: readonly Column[]): Line {
  const chosen = listColumnNames[state.list.column ?? -1];
  const runs: Run[] = [{ text: '  ', role: 'strong' }];
  for (const [index, column] of columns.entries()) {
    if (index > 0) runs.push({ text: ' ', role: 'strong' });
    const title = cutText(column.title, column.width, state.glyphs.ellipsis);
    const text = column.right ? padTextStart(title, column.width) : padText(title, column.width);
    runs.push({ text, role: column.name === chosen && focusOf(state) === 'list' ? 'select' : 'strong' });
  }
  return runs;
}

function rowLine(state: UiState, columns: readonly Column[], row: ExchangeRow, position: number): Line {
  const { glyphs, list } = state;
  const context: Omit<CellContext, 'width'> = {
    glyphs,
    timeFormat: state.timeFormat,
    startedAtUs: state.title?.startedAtUs ?? 0,
    nowUs: shownNowUs(state),
    previousUs: state.timeFormat === 'delta' ? (rowAt(list.rows, position - 1)?.atUs ?? null) : null,
  };
  const isCursor = position === list.cursor;
  let text = `${isCursor ? glyphs.cursor : ' '}${row.marked ? glyphs.mark : ' '}`;
  let result: Run | null = null;
  for (const [index, column] of columns.entries()) {
    if (index > 0) text += ' ';
    if (column.name === 'result') {
      const fate = resultOf(row, glyphs, context.nowUs);
      result = { text: cutText(fate.text, column.width, glyphs.ellipsis), role: fate.role };
      continue;
    }
    const cell = cutText(
      cellText(row, column.name, { ...context, width: column.width }),
      column.width,
      glyphs.ellipsis,
    );
    text += column.right ? padTextStart(cell, column.width) : padText(cell, column.width);
  }
  const runs = rowRuns(text, result, isCursor);
  return isCursor && focusOf(state) === 'list' ? selectedLine(runs, state.columns, glyphs.ellipsis) : runs;
}

/** What went well stays in the colour of the text: an eye looks for what did not, and each colour costs Ink time. */
function rowRuns(text: string, result: Run | null, isCursor: boolean): Run[] {
  const role = isCursor ? 'strong' : 'plain';
  if (result === null) return [{ text, role }];
  return result.role === 'ok' ? [{ text: text + result.text, role }] : [{ text, role }, result];
}
