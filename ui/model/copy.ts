import type { ExchangeRow } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { type CellContext, cellText, listColumnNames } from './list-columns.ts';
import { overviewRows } from './overview-rows.ts';
import { isPayloadField, nodeIndex } from './tree.ts';
import { shownNowUs, type UiState } from './ui-state.ts';
import { treeNodes } from './update-detail.ts';
import { selectedFinding } from './update-findings.ts';
import { selectedIndex } from './update-overview.ts';
import { connectionTerm } from './update-proxy.ts';

/** What `y` copies: the text, and what it is in words for the status line. */
export interface Copied {
  readonly text: string;
  readonly what: string;
}

/** Most characters sent to a terminal's clipboard: larger OSC 52 texts are dropped by common terminals. */
export const copyCharsMax = 74_000;

/** The selected value of a tree, cell of the list, bytes of the field, or row of a table; null when nothing is. */
export function copyOf(state: UiState): Copied | null {
  if (state.screen === 'overview') {
    const row = overviewRows(state.overview.metrics, state.overview.table)[selectedIndex(state, state.overview.table)];
    return row === undefined ? null : { text: row.filter, what: 'the filter of this row' };
  }
  if (state.screen === 'findings') {
    const finding = selectedFinding(state);
    return finding === null ? null : { text: printable(finding.message, false, copyCharsMax), what: 'the finding' };
  }
  if (state.screen === 'proxy') {
    const term = connectionTerm(state);
    return term === null ? null : { text: term, what: 'the filter of this connection' };
  }
  if (state.detail.open && state.detail.pane !== 'list') return copyField(state);
  const row = state.list.cursorRow;
  if (row === null) return null;
  const column = state.list.column === null ? null : listColumnNames[state.list.column];
  if (column === null || column === undefined) return { text: summary(row, state), what: 'the exchange as one line' };
  return { text: cellText(row, column, cellContext(state)), what: `the ${column} cell` };
}

function copyField(state: UiState): Copied | null {
  const nodes = treeNodes(state.detail);
  const node = nodes[nodeIndex(nodes, state.detail.treeCursor)];
  if (node === undefined || node.span === null) return null;
  if (node.inRecords && isPayloadField(node.span) && !state.payloadShown) return null;
  if (node.span.value === undefined) return { text: node.span.path, what: 'the path of the field' };
  // Escaped, because what is copied here is pasted into shells, and a peer chose the bytes.
  return { text: printable(String(node.span.value), false, copyCharsMax), what: node.span.name };
}

function summary(row: ExchangeRow, state: UiState): string {
  const context = cellContext(state);
  return listColumnNames.map((name) => cellText(row, name, context)).join('  ');
}

function cellContext(state: UiState): CellContext {
  return {
    glyphs: state.glyphs,
    timeFormat: state.timeFormat,
    startedAtUs: state.title?.startedAtUs ?? 0,
    nowUs: shownNowUs(state),
    previousUs: null,
    width: Number.POSITIVE_INFINITY,
  };
}
