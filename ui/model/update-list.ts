import type { ExchangeRow, ListSnapshot } from '../../src/store/snapshot.ts';
import { geometry } from './geometry.ts';
import { type Frozen, type ListState, say, type UiState, type ViewKey } from './ui-state.ts';

/** Views whose place is remembered; older ones are forgotten. */
export const placesMax = 50;

/** Name of a view in `places`. */
export function viewName(view: ViewKey): string {
  return `${view.markedOnly ? 'marked' : 'all'} ${view.filter}`;
}

/** End of what the list may show: frozen, it does not go beyond the moment of freezing. */
export function visibleEnd(list: ListState, frozen: Frozen | null): number {
  const end = frozen?.endPosition ?? list.endPosition;
  return Math.max(list.firstPosition, Math.min(end, list.endPosition));
}

/** The row at a position, or null when it was not delivered (yet). */
export function rowAt(rows: readonly ExchangeRow[], position: number): ExchangeRow | null {
  const first = rows[0];
  if (first === undefined) return null;
  const direct = rows[position - first.position];
  if (direct?.position === position) return direct;
  return rows.find((row) => row.position === position) ?? null;
}

/** The list with its cursor at a position (kept inside the view) and scrolled so that the cursor is visible. */
export function withCursor(state: UiState, position: number): UiState {
  const { list } = state;
  const end = visibleEnd(list, state.frozen);
  if (end <= list.firstPosition) {
    return { ...state, list: { ...list, cursor: null, cursorRow: null, top: list.firstPosition } };
  }
  const cursor = Math.min(Math.max(position, list.firstPosition), end - 1);
  const visible = Math.max(1, geometry(state).listRows);
  let top = Math.min(list.top, cursor);
  if (cursor >= top + visible) top = cursor - visible + 1;
  top = Math.max(list.firstPosition, Math.min(top, Math.max(list.firstPosition, end - visible)));
  return { ...state, list: { ...list, cursor, cursorRow: rowAt(list.rows, cursor), top } };
}

/** The cursor moved by rows. Going up ends following; only `F` starts it. */
export function moveCursor(state: UiState, by: number): UiState {
  const { cursor } = state.list;
  if (cursor === null) return state;
  const moved = withCursor(state, cursor + by);
  const follow = state.list.follow && by > 0;
  return { ...moved, list: { ...moved.list, follow, settling: false } };
}

/** To the first or one of the last row. */
export function moveToEnd(state: UiState, last: boolean): UiState {
  const end = visibleEnd(state.list, state.frozen);
  const moved = withCursor(state, last ? end - 1 : state.list.firstPosition);
  return { ...moved, list: { ...moved.list, follow: state.list.follow && last, settling: false } };
}

/** Follow the newest exchange, or stop doing so. Following a frozen screen thaws it: nobody can mean both. */
export function toggleFollow(state: UiState): UiState {
  const follow = !state.list.follow;
  const next = { ...state, frozen: follow ? null : state.frozen, list: { ...state.list, follow } };
  return follow ? withCursor(next, next.list.endPosition - 1) : next;
}

/** Freeze the screen or let it go on; the capture never stops. */
export function toggleFreeze(state: UiState): UiState {
  if (state.frozen !== null) {
    const thawed = { ...state, frozen: null };
    return state.list.follow ? withCursor(thawed, thawed.list.endPosition - 1) : thawed;
  }
  const frozen = {
    exchanges: state.title?.exchanges ?? 0,
    nowUs: state.title?.nowUs ?? 0,
    endPosition: state.list.endPosition,
  };
  return say({ ...state, frozen }, 'frozen; capture goes on (space goes on)');
}

/** Another view: its rows are not here yet, and the place in the old one is remembered. */
export function leaveView(state: UiState, old: ViewKey, wanted: ViewKey): UiState {
  const { list } = state;
  const places = new Map(list.places);
  // While rows are still awaited the cursor belongs to a view left before.
  if (list.cursor !== null && list.arriving === null) {
    places.delete(viewName(old));
    places.set(viewName(old), { cursor: list.cursor, top: list.top, follow: list.follow });
    for (const name of places.keys()) {
      if (places.size <= placesMax) break;
      places.delete(name);
    }
  }
  const place = places.get(viewName(wanted)) ?? null;
  return {
    ...state,
    frozen: state.frozen === null ? null : { ...state.frozen, endPosition: null },
    // The old rows stay on the screen until the new ones arrive: an empty flash would look like "nothing matches".
    list: {
      ...list,
      places,
      markedOnly: wanted.markedOnly,
      arriving: place ?? 'unknown',
      follow: place?.follow ?? list.follow,
    },
  };
}

/** Rows arrived. The cursor stays on its row unless the list follows. */
export function receiveList(state: UiState, snapshot: ListSnapshot): UiState {
  const frozen =
    state.frozen !== null && state.frozen.endPosition === null
      ? { ...state.frozen, endPosition: snapshot.endPosition }
      : state.frozen;
  const list: ListState = {
    ...state.list,
    rows: snapshot.rows,
    firstPosition: snapshot.firstPosition,
    endPosition: snapshot.endPosition,
    filtering: snapshot.filtering,
    arriving: null,
  };
  const next: UiState = { ...state, list, frozen };
  const newest = visibleEnd(list, frozen) - 1;
  if (list.follow && (frozen === null || list.cursor === null)) return withCursor(next, newest);
  const { arriving } = state.list;
  if (arriving !== null && arriving !== 'unknown') {
    return withCursor({ ...next, list: { ...list, top: arriving.top } }, arriving.cursor);
  }
  if (arriving === 'unknown' || list.cursor === null || list.settling) {
    const settled = { ...next, list: { ...list, settling: snapshot.filtering !== null } };
    return withCursor(settled, firstPlace(state, list, newest));
  }
  return withCursor(next, list.cursor);
}

/** Where the cursor starts in a view never seen before: on the exchange it was on, else on the newest. */
function firstPlace(state: UiState, list: ListState, newest: number): number {
  if (state.title?.mode === 'replay' && state.list.cursorRow === null) return list.firstPosition;
  const seq = state.list.cursorRow?.seq;
  const same = seq === undefined ? undefined : list.rows.find((row) => row.seq === seq);
  return same?.position ?? newest;
}
