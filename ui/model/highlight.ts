import { type MessageSide, messageOf, sideOf, spanAt } from './tree.ts';
import type { DetailState, UiState } from './ui-state.ts';

/** Bytes marked in the bytes pane: [start, end) in the payload of one message. */
export interface Highlight {
  readonly side: MessageSide;
  readonly start: number;
  readonly end: number;
}

/** The bytes of the selected tree node; a message row marks nothing. */
export function highlightOf(detail: DetailState): Highlight | null {
  if (detail.snapshot === null) return null;
  const side = sideOf(detail.treeCursor);
  const span = spanAt(messageOf(detail.snapshot, side), detail.treeCursor);
  if (span === null || span.end <= span.start) return null;
  return { side, start: span.start, end: span.end };
}

/** Bytes that the tree cursor is in, which the bytes pane shows: a message's, or those of an uncompressed batch. */
export function shownBytes(state: UiState): { readonly bytes: Uint8Array; readonly omitted: number } | null {
  const { snapshot, treeCursor } = state.detail;
  if (snapshot === null) return null;
  const message = messageOf(snapshot, sideOf(treeCursor));
  if (message === null) return null;
  const view = message.views[spanAt(message, treeCursor)?.view ?? -1];
  return view === undefined
    ? { bytes: message.bytes, omitted: message.bytesOmitted }
    : { bytes: view.bytes, omitted: 0 };
}
