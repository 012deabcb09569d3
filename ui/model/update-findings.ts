import type { Finding } from '../../src/insight/finding.ts';
import type { FindingsSnapshot } from '../../src/store/snapshot.ts';
import { filterString } from './filter-term.ts';
import { say, type UiState } from './ui-state.ts';
import { applyFilter } from './update-filter.ts';

/** The finding under the cursor; null when there is none. */
export function selectedFinding(state: UiState): Finding | null {
  return state.findings.snapshot?.rows[state.findings.cursor] ?? null;
}

/** An answer: the selection follows its finding when the order changed. */
export function receiveFindings(state: UiState, snapshot: FindingsSnapshot): UiState {
  const before = selectedFinding(state);
  const at = before === null ? -1 : snapshot.rows.findIndex((row) => isSame(row, before));
  return placed({ ...state, findings: { ...state.findings, snapshot } }, at < 0 ? state.findings.cursor : at);
}

/** Up or down by rows. */
export function moveInFindings(state: UiState, by: number): UiState {
  return placed(state, state.findings.cursor + by);
}

/** The selection on a place of the list, or the nearest there is. */
export function selectFinding(state: UiState, at: number): UiState {
  return placed(state, at);
}

/** `enter`: the Traffic screen with what this client did, or this connection. */
export function openFinding(state: UiState): UiState {
  const finding = selectedFinding(state);
  if (finding === null) return say(state, 'nothing to show');
  if (finding.connection !== null) return applyFilter({ ...state, screen: 'traffic' }, `conn == ${finding.connection}`);
  if (finding.client === null) return say(state, 'this finding is about no connection');
  return applyFilter({ ...state, screen: 'traffic' }, `src == ${filterString(finding.client)}`);
}

function placed(state: UiState, at: number): UiState {
  const last = (state.findings.snapshot?.rows.length ?? 0) - 1;
  return { ...state, findings: { ...state.findings, cursor: Math.max(0, Math.min(at, last)) } };
}

function isSame(a: Finding, b: Finding): boolean {
  return a.finding === b.finding && a.broker === b.broker && a.firstUs === b.firstUs;
}
