import { overviewRows } from './overview-rows.ts';
import { type OverviewTable, still, type UiState, type Update } from './ui-state.ts';
import { applyFilter } from './update-filter.ts';

/** Tables in the order of `tab`. */
export const tableOrder: readonly OverviewTable[] = ['api', 'errors', 'brokers'];

/** Place of the selected row in its table. */
export function selectedIndex(state: UiState, table: OverviewTable): number {
  const key = state.overview.selected[table];
  const at = overviewRows(state.overview.metrics, table).findIndex((row) => row.key === key);
  return Math.max(0, at);
}

/** The selection on a row of the focused table. */
export function selectRow(state: UiState, index: number): UiState {
  const { overview } = state;
  const rows = overviewRows(overview.metrics, overview.table);
  const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
  if (row === undefined) return state;
  return { ...state, overview: { ...overview, selected: { ...overview.selected, [overview.table]: row.key } } };
}

/** Up or down by rows. */
export function moveInOverview(state: UiState, by: number): UiState {
  return selectRow(state, selectedIndex(state, state.overview.table) + by);
}

/** The next table that has rows. */
export function nextTable(state: UiState, by: number): UiState {
  const { overview } = state;
  for (let step = 1; step <= tableOrder.length; step += 1) {
    const at = tableOrder.indexOf(overview.table) + by * step + tableOrder.length * step;
    const table = tableOrder[at % tableOrder.length] ?? 'api';
    if (overviewRows(overview.metrics, table).length > 0) return { ...state, overview: { ...overview, table } };
  }
  return state;
}

/** `enter` on a row: the Traffic screen with the filter that shows what the row counts. */
export function openTable(state: UiState): Update {
  const { overview } = state;
  const row = overviewRows(overview.metrics, overview.table)[selectedIndex(state, overview.table)];
  if (row === undefined) return still(state);
  return still(applyFilter({ ...state, screen: 'traffic' }, row.filter));
}
