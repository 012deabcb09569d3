import type { SnapshotRequest } from '../../src/store/snapshot.ts';
import { geometry } from './geometry.ts';
import { type UiState, wantedView } from './ui-state.ts';
import { pathRequest } from './update-proxy.ts';

/** Rows asked for above and below the visible ones, so that a step of the cursor never waits for an answer. */
export const overscanRows = 8;

/** What the screen needs now, and nothing else. */
export function snapshotRequest(state: UiState): SnapshotRequest {
  return {
    list: state.screen === 'traffic' ? listRequest(state) : null,
    detail: state.screen === 'traffic' ? detailRequest(state) : null,
    overview: state.screen === 'overview' && (state.frozen === null || state.overview.metrics === null),
    ...(state.screen === 'findings' && (state.frozen === null || state.findings.snapshot === null)
      ? { findings: true }
      : {}),
    ...(state.screen === 'proxy' ? { path: pathRequest(state) } : {}),
  };
}

function listRequest(state: UiState): SnapshotRequest['list'] {
  const { list } = state;
  const visible = Math.max(1, geometry(state).listRows);
  const { filter, markedOnly } = wantedView(state);
  const newest = list.follow && (state.frozen === null || list.cursor === null || list.arriving !== null);
  const isNew = list.cursor === null || list.settling || list.arriving === 'unknown';
  const unplaced = isNew && !(state.title?.mode === 'replay' && list.cursorRow === null);
  if (newest || unplaced) return { filter, markedOnly, from: 'end', count: visible };
  const top = list.arriving === null || list.arriving === 'unknown' ? list.top : list.arriving.top;
  const from = Math.max(0, top - overscanRows);
  return { filter, markedOnly, from, count: visible + 2 * overscanRows };
}

/** A final exchange does not change: it is asked for once, and again when records are to be shown or hidden. */
function detailRequest(state: UiState): SnapshotRequest['detail'] {
  const { detail, list } = state;
  const seq = list.cursorRow?.seq ?? detail.snapshot?.row.seq ?? null;
  if (!detail.open || seq === null) return null;
  const shown = detail.snapshot;
  const same = shown !== null && shown.row.seq === seq && shown.recordContents === state.payloadShown;
  if (same && shown.row.status !== 'in-flight') return null;
  return { seq, records: state.payloadShown };
}
