import type { UiState } from './ui-state.ts';

/** Smallest terminal that shows anything but its own size. */
export const columnsMin = 60;
export const rowsMin = 15;

/** Rows of the shell around the body: title, tabs, bar, hints. */
export const shellRows = 4;

/** Where everything stands, from the size and what is open. All figures are rows or columns. */
export interface Geometry {
  readonly tooSmall: boolean;
  readonly bodyRows: number;
  /** Exchanges visible in the list (without its heading); 0 when another pane is zoomed. */
  readonly listRows: number;
  /** Rows of the detail area with its heading; 0 when closed or the list is zoomed. */
  readonly detailRows: number;
  readonly treeRows: number;
  readonly treeColumns: number;
  readonly hexRows: number;
  readonly hexColumns: number;
  readonly bytesPerLine: number;
  /** Rows below the bytes: selected field, timing, errors. */
  readonly infoRows: number;
  readonly overlayRows: number;
}

const detailShare = 0.55;
const detailRowsMin = 7;
const listRowsMin = 2;
const infoRowsMax = 9;

/** Columns that a hex line of `bytesPerLine` bytes takes: offset, bytes between separators, characters. */
export function hexLineColumns(bytesPerLine: number): number {
  return 5 + bytesPerLine * 3 + 1 + 1 + bytesPerLine;
}

/** Rows of the body. */
export function bodyRows(state: UiState): number {
  return Math.max(0, state.rows - shellRows);
}

/** The layout of a state. */
export function geometry(state: UiState): Geometry {
  const body = bodyRows(state);
  const { open, pane, zoomed, extraRows } = state.detail;
  const showsList = !(open && zoomed && pane !== 'list');
  const showsDetail = open && !(zoomed && pane === 'list');
  const half = Math.round(body * detailShare) + extraRows;
  const split = Math.min(Math.max(half, detailRowsMin), Math.max(detailRowsMin, body - 1 - listRowsMin));
  const detailRows = showsDetail ? (showsList ? split : body) : 0;
  const listRows = showsList ? Math.max(0, body - detailRows - 1) : 0;
  const paneRows = Math.max(0, detailRows - 1);
  const widths = paneWidths(state);
  const infoRows = widths.hexColumns === 0 ? 0 : Math.min(infoRowsMax, Math.trunc(paneRows / 2));
  return {
    tooSmall: state.columns < columnsMin || state.rows < rowsMin,
    bodyRows: body,
    listRows,
    detailRows,
    treeRows: widths.treeColumns === 0 ? 0 : paneRows,
    hexRows: widths.hexColumns === 0 ? 0 : Math.max(0, paneRows - infoRows),
    infoRows,
    ...widths,
    overlayRows: overlayRows(state, body),
  };
}

function paneWidths(state: UiState): Pick<Geometry, 'treeColumns' | 'hexColumns' | 'bytesPerLine'> {
  const { columns } = state;
  const { pane, zoomed } = state.detail;
  const both = !zoomed && columns >= 76;
  if (both) {
    const bytesPerLine = columns >= 200 ? 32 : columns >= 110 ? 16 : 8;
    const hexColumns = hexLineColumns(bytesPerLine);
    return { treeColumns: columns - hexColumns - 3, hexColumns, bytesPerLine };
  }
  if (pane === 'hex') {
    const bytesPerLine = columns >= hexLineColumns(32) ? 32 : columns >= hexLineColumns(16) ? 16 : 8;
    return { treeColumns: 0, hexColumns: columns, bytesPerLine };
  }
  return { treeColumns: columns, hexColumns: 0, bytesPerLine: 8 };
}

function overlayRows(state: UiState, body: number): number {
  switch (state.overlay?.kind) {
    case undefined:
    case 'confirm':
    case 'seek':
      return 0;
    case 'palette':
      return Math.min(body, Math.max(6, Math.round(body * 0.45)));
    case 'help':
      return Math.min(body, Math.max(8, body - 6));
    default:
      return state.overlay satisfies never;
  }
}
