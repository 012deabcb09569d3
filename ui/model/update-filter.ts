import { complete, completionOf } from './filter-completion.ts';
import type { KeyPress } from './key-name.ts';
import { editKey, insertText, textField } from './text-field.ts';
import { type FilterState, say, type UiState, wantedView } from './ui-state.ts';
import { leaveView } from './update-list.ts';

/** Filters remembered for ↑↓. */
export const filterHistoryMax = 100;

/** The state with another filter part; when that wants other rows, the list leaves its view. */
export function withFilter(state: UiState, filter: FilterState): UiState {
  const old = wantedView(state);
  const next = { ...state, filter };
  const wanted = wantedView(next);
  if (old.filter === wanted.filter && old.markedOnly === wanted.markedOnly) return next;
  return { ...leaveView(next, old, wanted), filter: { ...filter, error: null } };
}

/** Opens the bar with a text: the filter in force, or a proposal. */
export function openFilter(state: UiState, text: string): UiState {
  return withFilter(state, { ...state.filter, edit: textField(text), choice: 0, historyAt: null });
}

/** Only marked exchanges, or all again. */
export function toggleMarkedOnly(state: UiState): UiState {
  const old = wantedView(state);
  const next = leaveView(state, old, { ...old, markedOnly: !old.markedOnly });
  return say(next, next.list.markedOnly ? 'only marked exchanges (M shows all)' : 'all exchanges');
}

/** The filter off, or on again with the same text. */
export function toggleFilter(state: UiState): UiState {
  if (state.filter.text === '') return say(state, 'no filter to switch on; / types one');
  const enabled = !state.filter.enabled;
  const next = withFilter(state, { ...state.filter, enabled });
  return say(next, enabled ? 'filter on' : 'filter off (ctrl-x switches it on again)');
}

/** A filter put in force at once, as from a row of the Overview. */
export function applyFilter(state: UiState, text: string): UiState {
  return withFilter(state, {
    ...state.filter,
    text,
    enabled: true,
    edit: null,
    historyAt: null,
    history: remembered(state.filter.history, text),
  });
}

function remembered(history: readonly string[], text: string): readonly string[] {
  if (text === '') return history;
  return [text, ...history.filter((entry) => entry !== text)].slice(0, filterHistoryMax);
}

/** A key while the bar is open. */
export function filterKey(state: UiState, press: KeyPress): UiState {
  const { filter } = state;
  const edit = filter.edit ?? textField();
  switch (press.key) {
    case 'esc':
    case 'ctrl-c':
      return withFilter(state, { ...filter, edit: null, historyAt: null, error: null });
    case 'enter':
      return enterFilter(state, edit.text.trim());
    case 'tab':
      return withFilter(state, { ...filter, edit: complete(state), choice: 0, historyAt: null });
    case 'ctrl-n':
    case 'ctrl-p':
      return { ...state, filter: { ...filter, choice: nextChoice(state, press.key === 'ctrl-n' ? 1 : -1) } };
    case 'up':
    case 'down':
      return walkHistory(state, press.key === 'up' ? 1 : -1);
    default: {
      const edited = press.text === '' ? editKey(edit, press.key) : insertText(edit, press.text);
      return edited === null ? state : withFilter(state, { ...filter, edit: edited, choice: 0, historyAt: null });
    }
  }
}

function nextChoice(state: UiState, by: number): number {
  const count = completionOf(state)?.candidates.length ?? 0;
  return Math.min(Math.max(0, state.filter.choice + by), Math.max(0, count - 1));
}

function enterFilter(state: UiState, text: string): UiState {
  // A filter that does not parse would hide everything: stay in the bar, where the error names the column.
  if (state.filter.error !== null && text !== '') return state;
  return applyFilter(state, text);
}

function walkHistory(state: UiState, by: number): UiState {
  const { filter } = state;
  if (filter.history.length === 0) return state;
  const at = (filter.historyAt ?? -1) + by;
  if (at < 0) return withFilter(state, { ...filter, edit: textField(), historyAt: null });
  const text = filter.history[Math.min(at, filter.history.length - 1)] ?? '';
  return withFilter(state, { ...filter, edit: textField(text), historyAt: Math.min(at, filter.history.length - 1) });
}
