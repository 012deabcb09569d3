import { nextTimeFormat, timeFormats } from './clock.ts';
import { copyOf } from './copy.ts';
import { bothTerms, cellTerm, fieldTerm } from './filter-term.ts';
import { focusOf } from './focus.ts';
import { formatCount } from './format.ts';
import { geometry } from './geometry.ts';
import type { KeyPress } from './key-name.ts';
import { type CommandName, commandForKey } from './keymap.ts';
import { defaultColumn, listColumnNames, visibleColumns } from './list-columns.ts';
import { insertText } from './text-field.ts';
import { say, still, type UiAction, type UiState, type Update } from './ui-state.ts';
import {
  collapseNode,
  expandNode,
  moveByte,
  moveInDetail,
  moveToDetailEnd,
  nextPane,
  scrolled,
  toggleNode,
  treeCursorIndex,
  treeNodes,
} from './update-detail.ts';
import { filterKey, openFilter, toggleFilter, toggleMarkedOnly, withFilter } from './update-filter.ts';
import { moveInFindings, openFinding, selectFinding } from './update-findings.ts';
import { moveCursor, moveToEnd, toggleFollow, toggleFreeze, withCursor } from './update-list.ts';
import { confirmKey, openSearch, searchKey } from './update-overlay.ts';
import { moveInOverview, nextTable, openTable, selectRow } from './update-overview.ts';
import { moveInProxy, openConnection, proxyPageRows, selectConnection } from './update-proxy.ts';
import { replayCommand, seekKey } from './update-replay.ts';
import { receiveSnapshot } from './update-snapshot.ts';

/** The next state, and what has to be done outside for it. The only way the state changes. */
export function update(state: UiState, action: UiAction): Update {
  switch (action.kind) {
    case 'key':
      return updateKey({ ...state, status: null }, action.press);
    case 'paste':
      return still(updatePaste(state, action.text));
    case 'command':
      return runCommand(state, action.name);
    case 'resize':
      return still(resized({ ...state, columns: action.columns, rows: action.rows }));
    case 'tick': {
      const expired = state.status !== null && action.nowMs >= state.status.untilMs;
      return still({ ...state, nowMs: action.nowMs, status: expired ? null : state.status });
    }
    case 'snapshot':
      return still(receiveSnapshot(state, action.snapshot, action.request));
    case 'failure':
      return still({ ...state, failure: action.message });
    case 'say':
      return still(say(state, action.text, action.role));
    default:
      return action satisfies never;
  }
}

function updateKey(state: UiState, press: KeyPress): Update {
  if (state.filter.edit !== null) return still(filterKey(state, press));
  const { overlay } = state;
  if (overlay?.kind === 'confirm') return confirmKey(state, overlay, press);
  if (overlay?.kind === 'seek') return seekKey(state, overlay, press);
  if (overlay !== null) return searchKey(state, overlay, press, runCommand);
  const command = commandForKey(focusOf(state), press.key);
  return command === null
    ? still(say(state, `${press.key} does nothing here; ? shows the keys`))
    : runCommand(state, command);
}

function updatePaste(state: UiState, text: string): UiState {
  if (state.filter.edit !== null) {
    return withFilter(state, { ...state.filter, edit: insertText(state.filter.edit, text), historyAt: null });
  }
  const { overlay } = state;
  if (overlay?.kind === 'help' || overlay?.kind === 'palette') {
    return { ...state, overlay: { ...overlay, query: insertText(overlay.query, text), index: 0 } };
  }
  if (overlay?.kind === 'seek') return { ...state, overlay: { ...overlay, query: insertText(overlay.query, text) } };
  // Pasted letters are no commands: a stray paste would mark, clear and quit at random.
  return say(state, 'pasted text ignored; / opens the filter first', 'warn');
}

function resized(state: UiState): UiState {
  const listed = state.list.cursor === null ? state : withCursor(state, state.list.cursor);
  return listed.detail.open ? scrolled(listed) : listed;
}

/** Runs a command by name, as a key, the palette and the help do. */
export function runCommand(state: UiState, command: CommandName): Update {
  if (command.startsWith('move.')) return still(move(state, command));
  if (command.startsWith('replay.')) return replayCommand(state, command);
  switch (command) {
    case 'app.quit':
      return { state, effects: [{ kind: 'quit' }] };
    case 'app.redraw':
      return { state, effects: [{ kind: 'redraw' }] };
    case 'app.back':
      return still(back(state));
    case 'exchange.mark':
      return mark(state);
    case 'copy.value':
      return copy(state);
    case 'table.open':
      if (state.screen === 'findings') return still(openFinding(state));
      return state.screen === 'proxy' ? still(openConnection(state)) : openTable(state);
    default:
      return still(changed(state, command));
  }
}

function changed(state: UiState, command: CommandName): UiState {
  switch (command) {
    case 'help.show':
      return openSearch(state, 'help');
    case 'palette.show':
      return openSearch(state, 'palette');
    case 'screen.traffic':
      return { ...state, screen: 'traffic' };
    case 'screen.overview':
      return { ...state, screen: 'overview' };
    case 'screen.proxy':
      return { ...state, screen: 'proxy' };
    case 'screen.findings':
      return { ...state, screen: 'findings' };
    case 'filter.edit':
      return openFilter({ ...state, screen: 'traffic' }, state.filter.text);
    case 'filter.cell':
      return filterCell(state);
    case 'filter.toggle':
      return toggleFilter(state);
    case 'filter.clear':
      return withFilter(state, { ...state.filter, text: '', enabled: true, edit: null });
    case 'marks.only':
      return toggleMarkedOnly(state);
    case 'list.follow':
      return toggleFollow(state);
    case 'list.freeze':
      return toggleFreeze(state);
    case 'time.format': {
      const timeFormat = nextTimeFormat(state.timeFormat);
      const words = timeFormats.find((entry) => entry.name === timeFormat)?.words ?? '';
      return say({ ...state, timeFormat }, words);
    }
    case 'payload.toggle':
      return say(
        // What was decoded while payloads were shown leaves the screen at once, trees inside values too.
        {
          ...state,
          payloadShown: !state.payloadShown,
          detail: state.payloadShown ? { ...state.detail, snapshot: null } : state.detail,
        },
        state.payloadShown ? 'record keys and values hidden' : 'record keys and values shown (u hides them)',
      );
    case 'history.clear':
      return askToClear(state);
    default:
      return changedPanes(state, command);
  }
}

function changedPanes(state: UiState, command: CommandName): UiState {
  switch (command) {
    case 'exchange.open':
      return openDetail(state);
    case 'exchange.next':
      return moveCursor(state, 1);
    case 'exchange.previous':
      return moveCursor(state, -1);
    case 'pane.next':
      return movePane(state, 1);
    case 'pane.previous':
      return movePane(state, -1);
    case 'pane.zoom':
      return zoom(state);
    case 'pane.grow':
      return resized({ ...state, detail: { ...state.detail, extraRows: state.detail.extraRows + 1 } });
    case 'pane.shrink':
      return resized({ ...state, detail: { ...state.detail, extraRows: state.detail.extraRows - 1 } });
    case 'column.next':
      return moveColumn(state, 1);
    case 'column.previous':
      return moveColumn(state, -1);
    case 'tree.expand':
      return expandNode(state);
    case 'tree.collapse':
      return collapseNode(state);
    case 'tree.toggle':
      return toggleNode(state);
    case 'byte.next':
      return moveByte(state, state.detail.byte + 1);
    case 'byte.previous':
      return moveByte(state, state.detail.byte - 1);
    default:
      return state;
  }
}

function move(state: UiState, command: CommandName): UiState {
  const page = pageRows(state);
  const half = Math.max(1, Math.trunc(page / 2));
  switch (command) {
    case 'move.down':
      return moveBy(state, 1);
    case 'move.up':
      return moveBy(state, -1);
    case 'move.halfPageDown':
      return moveBy(state, half);
    case 'move.halfPageUp':
      return moveBy(state, -half);
    case 'move.pageDown':
      return moveBy(state, page);
    case 'move.pageUp':
      return moveBy(state, -page);
    case 'move.first':
      return moveEnd(state, false);
    case 'move.last':
      return moveEnd(state, true);
    default:
      return state;
  }
}

function pageRows(state: UiState): number {
  const layout = geometry(state);
  switch (focusOf(state)) {
    case 'tree':
      return Math.max(1, layout.treeRows);
    case 'hex':
      return Math.max(1, layout.hexRows);
    case 'overview':
      return 10;
    case 'proxy':
      return proxyPageRows(state);
    case 'findings':
      return 10;
    default:
      return Math.max(1, layout.listRows);
  }
}

function moveBy(state: UiState, by: number): UiState {
  const focus = focusOf(state);
  if (focus === 'overview') return moveInOverview(state, by);
  if (focus === 'proxy') return moveInProxy(state, by);
  if (focus === 'findings') return moveInFindings(state, by);
  return focus === 'list' ? moveCursor(state, by) : moveInDetail(state, by);
}

function moveEnd(state: UiState, last: boolean): UiState {
  const focus = focusOf(state);
  if (focus === 'overview') return selectRow(state, last ? Number.MAX_SAFE_INTEGER : 0);
  if (focus === 'proxy') return selectConnection(state, last ? Number.MAX_SAFE_INTEGER : 0);
  if (focus === 'findings') return selectFinding(state, last ? Number.MAX_SAFE_INTEGER : 0);
  return focus === 'list' ? moveToEnd(state, last) : moveToDetailEnd(state, last);
}

function openDetail(state: UiState): UiState {
  if (state.list.cursor === null) return say(state, 'nothing to open yet');
  // Reading a moving target is no reading: opening an exchange ends following.
  const list = { ...state.list, follow: false };
  const opened = { ...state, list, detail: { ...state.detail, open: true, pane: 'tree' as const, zoomed: false } };
  return resized(opened);
}

function back(state: UiState): UiState {
  if (state.screen !== 'traffic') return { ...state, screen: 'traffic' };
  const { detail } = state;
  if (detail.open && detail.zoomed) return zoom(state);
  if (detail.open && detail.pane !== 'list') return { ...state, detail: { ...detail, pane: 'list' } };
  if (detail.open) return resized({ ...state, detail: { ...detail, open: false } });
  if (state.list.column !== null) return { ...state, list: { ...state.list, column: null } };
  if (state.list.markedOnly) return toggleMarkedOnly(state);
  return say(
    state,
    state.filter.text !== '' && state.filter.enabled ? 'ctrl-x switches the filter off, Q quits' : 'Q or ctrl-c quits',
  );
}

function movePane(state: UiState, by: number): UiState {
  if (state.screen === 'overview') return nextTable(state, by);
  if (state.screen === 'proxy')
    return say(state, 'one table here: j and k move, enter shows the traffic of a connection');
  if (state.screen === 'findings') return say(state, 'one table here: j and k move, enter shows the traffic');
  if (!state.detail.open) return openDetail(state);
  return resized({ ...state, detail: { ...state.detail, pane: nextPane(state.detail.pane, by) } });
}

function zoom(state: UiState): UiState {
  if (!state.detail.open) return say(state, 'nothing is open; enter opens the exchange');
  return resized({ ...state, detail: { ...state.detail, zoomed: !state.detail.zoomed } });
}

function moveColumn(state: UiState, by: number): UiState {
  const shown = visibleColumns(state.columns);
  const current = listColumnNames[state.list.column ?? -1] ?? defaultColumn;
  const at = state.list.column === null ? shown.indexOf(defaultColumn) : shown.indexOf(current) + by;
  const name = shown[Math.min(Math.max(at, 0), shown.length - 1)] ?? defaultColumn;
  return { ...state, list: { ...state.list, column: listColumnNames.indexOf(name) } };
}

function filterCell(state: UiState): UiState {
  const inForce = state.filter.enabled ? state.filter.text : '';
  if (state.detail.open && state.detail.pane !== 'list') {
    const node = treeNodes(state.detail)[treeCursorIndex(state.detail)];
    const term = node === undefined ? null : fieldTerm(node);
    if (term === null) return say(state, 'this field has no value to filter on', 'warn');
    return openFilter(state, bothTerms(inForce, term));
  }
  const row = state.list.cursorRow;
  const column = listColumnNames[state.list.column ?? -1] ?? defaultColumn;
  const term = row === null ? null : cellTerm(row, column);
  if (term === null) return say(state, 'this cell has nothing to filter on; h and l choose another column', 'warn');
  return openFilter(state, bothTerms(inForce, term));
}

function mark(state: UiState): Update {
  const row = state.list.cursorRow;
  if (row === null) return still(say(state, 'no exchange to mark'));
  const marked = !row.marked;
  // Shown at once; the next snapshot confirms it.
  const rows = state.list.rows.map((other) => (other.seq === row.seq ? { ...other, marked } : other));
  const list = { ...state.list, rows, cursorRow: { ...row, marked } };
  return { state: { ...state, list }, effects: [{ kind: 'runtime', command: { kind: 'mark', seq: row.seq, marked } }] };
}

function copy(state: UiState): Update {
  const copied = copyOf(state);
  if (copied === null) return still(say(state, 'nothing to copy here (hidden payload: u shows it)', 'warn'));
  const words = `copied ${copied.what} (${formatCount(copied.text.length)} characters, OSC 52)`;
  return { state: say(state, words, 'ok'), effects: [{ kind: 'copy', text: copied.text }] };
}

function askToClear(state: UiState): UiState {
  const kept = formatCount(state.title?.kept ?? 0);
  return {
    ...state,
    overlay: {
      kind: 'confirm',
      question: `clear ${kept} exchanges from the history? They cannot be brought back.`,
      command: { kind: 'clear' },
      done: `history cleared (${kept} exchanges)`,
    },
  };
}
