import type { UiState } from './ui-state.ts';

/** Rows and columns of the Proxy screen. */
export interface ProxyLayout {
  /** Listeners stand beside the facts, not below them. */
  readonly beside: boolean;
  /** Rows of the upper part: verdict and facts (and listeners, beside them). */
  readonly factRows: number;
  /** Rows of the table of listeners with its heading. */
  readonly listenerRows: number;
  /** Visible connections, without their heading. */
  readonly connectionRows: number;
  readonly factColumns: number;
  readonly listenerColumns: number;
}

/** Verdict (two rows), added time (two), bytes, changes, caps, inspection, losses, refusals. */
export const factRowsLive = 10;

/** What a capture can say: what it is, packets, losses, undecoded, pairs. */
export const factRowsCapture = 6;

const beside = 120;
const connectionRowsMin = 2;

/** The layout of a state in a body of so many rows. */
export function proxyLayout(state: UiState, rows: number): ProxyLayout {
  const { path } = state.proxy;
  const factRows = path?.capture == null ? factRowsLive : factRowsCapture;
  const listeners = path?.listeners.length ?? 0;
  if (state.columns >= beside) {
    const listenerColumns = Math.min(80, Math.trunc(state.columns * 0.42));
    return {
      beside: true,
      factRows,
      listenerRows: factRows,
      connectionRows: Math.max(0, rows - factRows - 1),
      factColumns: state.columns - listenerColumns - 3,
      listenerColumns,
    };
  }
  const free = Math.max(0, rows - factRows - 1 - connectionRowsMin);
  const listenerRows = listeners === 0 ? 0 : Math.min(listeners + 1, free);
  return {
    beside: false,
    factRows,
    listenerRows,
    connectionRows: Math.max(0, rows - factRows - listenerRows - 1),
    factColumns: state.columns,
    listenerColumns: state.columns,
  };
}
