import type { ConnectionFigures } from '../../src/metrics/metrics-snapshot.ts';
import type { PathRequest, PathSnapshot } from '../../src/store/snapshot.ts';
import { bodyRows } from './geometry.ts';
import { proxyLayout } from './proxy-layout.ts';
import { say, type UiState } from './ui-state.ts';
import { applyFilter } from './update-filter.ts';

/** Rows asked for above and below the visible ones, so that a step of the cursor never waits for an answer. */
const overscanRows = 8;

/** What the Proxy screen needs now; null while it is frozen and has something to show. */
export function pathRequest(state: UiState): PathRequest | null {
  const { proxy } = state;
  if (state.frozen !== null && proxy.path !== null) return null;
  return {
    from: Math.max(0, proxy.top - overscanRows),
    count: proxyPageRows(state) + 2 * overscanRows,
    keep: proxy.selected,
  };
}

/** Connections visible at once. */
export function proxyPageRows(state: UiState): number {
  return Math.max(1, proxyLayout(state, bodyRows(state)).connectionRows);
}

/** The connection at a place, when its row is here. */
export function connectionAt(state: UiState, at: number): ConnectionFigures | null {
  const window = state.proxy.path?.connections;
  return window?.rows[at - window.from] ?? null;
}

/** An answer: the selection follows its connection; when that was closed, it stays on its place. */
export function receivePath(state: UiState, path: PathSnapshot): UiState {
  if (state.frozen !== null && state.proxy.path !== null) return state;
  const { proxy } = state;
  const { keptAt } = path.connections;
  return placed({ ...state, proxy: { ...proxy, path } }, keptAt ?? proxy.cursor);
}

/** Up or down by rows. */
export function moveInProxy(state: UiState, by: number): UiState {
  return selectConnection(state, state.proxy.cursor + by);
}

/** The selection on a place of the list, or the nearest there is. */
export function selectConnection(state: UiState, at: number): UiState {
  return placed(state, at);
}

function placed(state: UiState, at: number): UiState {
  const total = state.proxy.path?.connections.total ?? 0;
  const cursor = Math.max(0, Math.min(at, total - 1));
  const page = proxyPageRows(state);
  const lowest = Math.max(0, Math.min(state.proxy.top, cursor, total - page));
  const top = Math.max(lowest, cursor - page + 1);
  return { ...state, proxy: { ...state.proxy, cursor, top, selected: connectionAt(state, cursor)?.id ?? null } };
}

/** The filter that shows the selected connection alone; null when none is. */
export function connectionTerm(state: UiState): string | null {
  const { selected } = state.proxy;
  return selected === null ? null : `conn == ${selected}`;
}

/** `enter`: the Traffic screen with the exchanges of the selected connection. */
export function openConnection(state: UiState): UiState {
  const term = connectionTerm(state);
  if (term === null) return say(state, 'no open connection to show');
  return applyFilter({ ...state, screen: 'traffic' }, term);
}
