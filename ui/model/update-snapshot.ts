import type { Snapshot, SnapshotRequest } from '../../src/store/snapshot.ts';
import { type UiState, wantedView } from './ui-state.ts';
import { keepField } from './update-detail.ts';
import { receiveFindings } from './update-findings.ts';
import { receiveList } from './update-list.ts';
import { receivePath } from './update-proxy.ts';

/** The answer to a request. What it says of a view or exchange that is no longer wanted is left aside. */
export function receiveSnapshot(state: UiState, snapshot: Snapshot, request: SnapshotRequest): UiState {
  let next: UiState = firstTitle({ ...state, title: snapshot.title }, state);
  next = receiveRows(next, snapshot, request);
  next = receiveDetail(next, snapshot, request);
  if (snapshot.overview !== null && state.frozen === null) {
    next = { ...next, overview: { ...next.overview, metrics: snapshot.overview } };
  }
  if (snapshot.findings != null && state.frozen === null) next = receiveFindings(next, snapshot.findings);
  return snapshot.path == null ? next : receivePath(next, snapshot.path);
}

/** A capture is read from its beginning; what happens before one's eyes, live or played, is followed. */
function firstTitle(next: UiState, before: UiState): UiState {
  if (before.title !== null || next.title?.mode !== 'replay') return next;
  const { replay } = next.title;
  if (replay != null && replay.speed !== Number.POSITIVE_INFINITY) return next;
  return { ...next, list: { ...next.list, follow: false } };
}

function receiveRows(state: UiState, snapshot: Snapshot, request: SnapshotRequest): UiState {
  const wanted = wantedView(state);
  if (snapshot.list === null || request.list === null) return state;
  if (request.list.filter !== wanted.filter || request.list.markedOnly !== wanted.markedOnly) return state;
  const error = snapshot.list.filterError;
  // Rows of a filter that does not parse do not exist: those of the last good one stay.
  if (error !== null) return { ...state, filter: { ...state.filter, error } };
  const known = state.filter.error === null ? state : { ...state, filter: { ...state.filter, error: null } };
  return receiveList(known, snapshot.list);
}

function receiveDetail(state: UiState, snapshot: Snapshot, request: SnapshotRequest): UiState {
  const { detail } = state;
  if (request.detail === null || !detail.open) return state;
  if (state.list.cursorRow !== null && request.detail.seq !== state.list.cursorRow.seq) return state;
  if (snapshot.detail === null) {
    return { ...state, detail: { ...detail, snapshot: null, goneSeq: request.detail.seq } };
  }
  return keepField({ ...state, detail: { ...detail, snapshot: snapshot.detail, goneSeq: null } });
}
