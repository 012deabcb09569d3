import type { Focus } from './keymap.ts';
import type { UiState } from './ui-state.ts';

/** The pane that has the keyboard when no text field is open. */
export function focusOf(state: UiState): Focus {
  if (state.screen !== 'traffic') return state.screen;
  return state.detail.open ? state.detail.pane : 'list';
}
