import { geometry } from './geometry.ts';
import { shownBytes } from './highlight.ts';
import {
  ancestorIds,
  flattenTree,
  innermostSpan,
  messageOf,
  nodeId,
  nodeIndex,
  sideOf,
  spanAt,
  type TreeNode,
} from './tree.ts';
import type { DetailState, Pane, UiState } from './ui-state.ts';

/** Most nodes whose open or closed state is remembered; beyond it the oldest are forgotten. */
export const expandedMax = 2_000;

const nodeCache = new WeakMap<object, { expanded: ReadonlyMap<string, boolean>; nodes: readonly TreeNode[] }>();

/** Visible rows of the tree; computed once for a message and a set of open nodes. */
export function treeNodes(detail: DetailState): readonly TreeNode[] {
  if (detail.snapshot === null) return [];
  const cached = nodeCache.get(detail.snapshot);
  if (cached !== undefined && cached.expanded === detail.expanded) return cached.nodes;
  const nodes = flattenTree(detail.snapshot, detail.expanded);
  nodeCache.set(detail.snapshot, { expanded: detail.expanded, nodes });
  return nodes;
}

/** Place of the tree cursor in the visible rows. */
export function treeCursorIndex(detail: DetailState): number {
  return nodeIndex(treeNodes(detail), detail.treeCursor);
}

/** The tree cursor on a row (kept inside), both panes scrolled to it, the byte cursor on the field's first byte. */
export function withTreeCursor(state: UiState, index: number): UiState {
  const nodes = treeNodes(state.detail);
  const at = Math.min(Math.max(index, 0), nodes.length - 1);
  const node = nodes[at];
  if (node === undefined) return state;
  const byte = node.span === null ? 0 : node.span.start;
  return scrolled({ ...state, detail: { ...state.detail, treeCursor: node.id, byte } });
}

/** Both panes scrolled so that their cursors are visible. */
export function scrolled(state: UiState): UiState {
  const { detail } = state;
  const layout = geometry(state);
  const treeTop = scrollTop(detail.treeTop, treeCursorIndex(detail), treeNodes(detail).length, layout.treeRows);
  const shown = shownBytes(state)?.bytes.length ?? 0;
  const lines = Math.ceil(shown / layout.bytesPerLine);
  const hexTop = scrollTop(detail.hexTop, Math.trunc(detail.byte / layout.bytesPerLine), lines, layout.hexRows);
  return { ...state, detail: { ...detail, treeTop, hexTop } };
}

function scrollTop(top: number, cursor: number, count: number, visible: number): number {
  if (visible <= 0) return top;
  let next = Math.min(top, cursor);
  if (cursor >= next + visible) next = cursor - visible + 1;
  return Math.max(0, Math.min(next, Math.max(0, count - visible)));
}

/** A node opened or closed. */
export function setExpanded(state: UiState, id: string, open: boolean): UiState {
  const expanded = new Map(state.detail.expanded);
  expanded.delete(id);
  expanded.set(id, open);
  for (const name of expanded.keys()) {
    if (expanded.size <= expandedMax) break;
    expanded.delete(name);
  }
  return scrolled({ ...state, detail: { ...state.detail, expanded } });
}

/** `l`: open the node, or go to its first child when it is open. */
export function expandNode(state: UiState): UiState {
  const index = treeCursorIndex(state.detail);
  const node = treeNodes(state.detail)[index];
  if (node === undefined || !node.container) return state;
  return node.expanded ? withTreeCursor(state, index + 1) : setExpanded(state, node.id, true);
}

/** `h`: close the node, or go to its parent when it is closed or a leaf. */
export function collapseNode(state: UiState): UiState {
  const nodes = treeNodes(state.detail);
  const node = nodes[treeCursorIndex(state.detail)];
  if (node === undefined) return state;
  if (node.container && node.expanded) return setExpanded(state, node.id, false);
  return node.parent === null ? state : withTreeCursor(state, nodeIndex(nodes, node.parent));
}

/** `enter`: the other state. */
export function toggleNode(state: UiState): UiState {
  const node = treeNodes(state.detail)[treeCursorIndex(state.detail)];
  return node?.container ? setExpanded(state, node.id, !node.expanded) : state;
}

/** The byte cursor moved; the innermost field that holds the byte becomes the selected node, its parents open. */
export function moveByte(state: UiState, to: number): UiState {
  const { detail } = state;
  const shown = shownBytes(state);
  if (detail.snapshot === null || shown === null || shown.bytes.length === 0) return state;
  const byte = Math.min(Math.max(to, 0), shown.bytes.length - 1);
  const side = sideOf(detail.treeCursor);
  const message = messageOf(detail.snapshot, side);
  const view = spanAt(message, detail.treeCursor)?.view;
  const span = innermostSpan(message?.spans ?? [], byte, view);
  const treeCursor = span === null ? side : nodeId(side, span.path);
  let next: UiState = { ...state, detail: { ...detail, byte, treeCursor } };
  const nodes = treeNodes(next.detail);
  if (!nodes.some((node) => node.id === treeCursor)) {
    for (const id of ancestorIds(messageOf(detail.snapshot, side), treeCursor)) next = setExpanded(next, id, true);
  }
  return scrolled(next);
}

/** Vertical movement in the pane that has the keyboard, by rows of that pane. */
export function moveInDetail(state: UiState, by: number): UiState {
  if (state.detail.pane === 'hex') return moveByte(state, state.detail.byte + by * geometry(state).bytesPerLine);
  return withTreeCursor(state, treeCursorIndex(state.detail) + by);
}

/** First or last row of the pane that has the keyboard. */
export function moveToDetailEnd(state: UiState, last: boolean): UiState {
  if (state.detail.pane === 'hex') return moveByte(state, last ? Number.MAX_SAFE_INTEGER : 0);
  return withTreeCursor(state, last ? Number.MAX_SAFE_INTEGER : 0);
}

/** Another exchange arrived in the detail panes: the cursor stays on the same field where the message has it. */
export function keepField(state: UiState): UiState {
  const { detail } = state;
  if (detail.snapshot === null) return state;
  const side = sideOf(detail.treeCursor);
  const span = spanAt(messageOf(detail.snapshot, side), detail.treeCursor);
  const shown = messageOf(detail.snapshot, side)?.bytes.length ?? 0;
  const byte = span === null ? 0 : Math.min(span.start, Math.max(0, shown - 1));
  return scrolled({ ...state, detail: { ...detail, byte } });
}

/** Panes from the list on, in the order of `tab`. */
export const paneOrder: readonly Pane[] = ['list', 'tree', 'hex'];

/** The next pane in a direction. */
export function nextPane(pane: Pane, by: number): Pane {
  const at = paneOrder.indexOf(pane);
  return paneOrder[(at + by + paneOrder.length) % paneOrder.length] ?? 'list';
}
