import { overlayCommands } from './command-search.ts';
import { focusOf } from './focus.ts';
import type { KeyPress } from './key-name.ts';
import type { CommandName } from './keymap.ts';
import { editKey, insertText, textField } from './text-field.ts';
import { type Overlay, say, still, type UiState, type Update } from './ui-state.ts';

type SearchOverlay = Extract<Overlay, { kind: 'help' | 'palette' }>;

/** Opens the help or the palette. */
export function openSearch(state: UiState, kind: SearchOverlay['kind']): UiState {
  return { ...state, overlay: { kind, query: textField(), index: 0 } };
}

/** A key in the confirmation: `y` or `enter` does it, anything else does not. */
export function confirmKey(state: UiState, overlay: Extract<Overlay, { kind: 'confirm' }>, press: KeyPress): Update {
  const closed = { ...state, overlay: null };
  if (press.key !== 'y' && press.key !== 'enter') return still(say(closed, 'not done'));
  return { state: say(closed, overlay.done, 'ok'), effects: [{ kind: 'runtime', command: overlay.command }] };
}

/** A key in help or palette; `run` runs the chosen command after the overlay is closed. */
export function searchKey(
  state: UiState,
  overlay: SearchOverlay,
  press: KeyPress,
  run: (state: UiState, command: CommandName) => Update,
): Update {
  const found = overlayCommands(overlay, focusOf(state));
  switch (press.key) {
    case 'esc':
    case 'ctrl-c':
      return still({ ...state, overlay: null });
    case 'enter': {
      const chosen = found[Math.min(overlay.index, found.length - 1)];
      if (chosen === undefined)
        return still(say({ ...state, overlay: null }, `no command is called "${overlay.query.text}"`, 'warn'));
      return run({ ...state, overlay: null }, chosen.command);
    }
    case 'up':
    case 'ctrl-p':
      return still(moved(state, overlay, -1, found.length));
    case 'down':
    case 'ctrl-n':
    case 'tab':
      return still(moved(state, overlay, 1, found.length));
    case 'pgdn':
      return still(moved(state, overlay, 10, found.length));
    case 'pgup':
      return still(moved(state, overlay, -10, found.length));
    default: {
      const query = press.text === '' ? editKey(overlay.query, press.key) : insertText(overlay.query, press.text);
      return still(query === null ? state : { ...state, overlay: { ...overlay, query, index: 0 } });
    }
  }
}

function moved(state: UiState, overlay: SearchOverlay, by: number, count: number): UiState {
  const index = Math.min(Math.max(overlay.index + by, 0), Math.max(0, count - 1));
  return { ...state, overlay: { ...overlay, index } };
}
