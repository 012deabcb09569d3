import type { MetricsSnapshot } from '../../src/metrics/metrics-snapshot.ts';
import type { RuntimeCommand } from '../../src/runtime/runtime.ts';
import type {
  DetailSnapshot,
  ExchangeRow,
  FindingsSnapshot,
  PathSnapshot,
  Snapshot,
  SnapshotRequest,
  TitleSnapshot,
} from '../../src/store/snapshot.ts';
import type { TimeFormat } from './clock.ts';
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from './glyphs.ts';
import type { KeyPress } from './key-name.ts';
import type { CommandName } from './keymap.ts';
import type { Role } from './line.ts';
import type { TextField } from './text-field.ts';

/** Screens that exist; the tab line shows exactly these. */
export type ScreenName = 'traffic' | 'overview' | 'proxy' | 'findings';

/** Panes of the Traffic screen. */
export type Pane = 'list' | 'tree' | 'hex';

/** Tables of the Overview screen. */
export type OverviewTable = 'api' | 'errors' | 'brokers';

/** Which filter the rows belong to: positions of one view mean nothing in another. */
export interface ViewKey {
  readonly filter: string;
  readonly markedOnly: boolean;
}

/** Where a person was in a view. */
export interface Place {
  readonly cursor: number;
  readonly top: number;
  readonly follow: boolean;
}

/** The list pane. Positions are the store's absolute ones. */
export interface ListState {
  readonly rows: readonly ExchangeRow[];
  readonly firstPosition: number;
  readonly endPosition: number;
  readonly filtering: { readonly scanned: number; readonly total: number } | null;
  /** Row under the cursor; null until the first rows of the view arrived. */
  readonly cursor: number | null;
  readonly cursorRow: ExchangeRow | null;
  readonly top: number;
  readonly follow: boolean;
  /** A new filter still runs and nobody moved: the cursor goes with the newest match until it is done. */
  readonly settling: boolean;
  readonly markedOnly: boolean;
  /** Index into `listColumnNames` of the column that `f` and `y` take; null: the API column, unseen. */
  readonly column: number | null;
  /** Places left behind in other views, so that switching a filter off returns to the same row. */
  readonly places: ReadonlyMap<string, Place>;
  /** Another view was chosen and its rows are not here: where to stand in it. Until then the old rows stay. */
  readonly arriving: Place | 'unknown' | null;
}

/** What the screen showed when it was frozen. */
export interface Frozen {
  readonly exchanges: number;
  /** The run's clock then: nothing on a frozen screen grows older. */
  readonly nowUs: number;
  /** End of the view at that moment; null until the first rows of a view chosen while frozen arrive. */
  readonly endPosition: number | null;
}

/** The detail panes. Tree nodes are named by `nodeId` (tree.ts). */
export interface DetailState {
  readonly open: boolean;
  readonly snapshot: DetailSnapshot | null;
  /** The exchange that was asked for and is no longer in the history. */
  readonly goneSeq: number | null;
  readonly pane: Pane;
  readonly zoomed: boolean;
  /** Rows more (or fewer) than half of the body for the detail panes. */
  readonly extraRows: number;
  readonly treeCursor: string;
  readonly treeTop: number;
  /** Nodes a person opened (true) or closed (false); the rest follow the default. */
  readonly expanded: ReadonlyMap<string, boolean>;
  /** Byte under the hex cursor: an offset in the payload of the message that the tree cursor is in. */
  readonly byte: number;
  readonly hexTop: number;
}

export interface OverviewState {
  readonly metrics: MetricsSnapshot | null;
  readonly table: OverviewTable;
  /** Key of the selected row of each table; rows change places, the selection stays on its row. */
  readonly selected: Readonly<Record<OverviewTable, string | null>>;
}

/** The Proxy screen: what the path says of itself, and the selected row of its connections. */
export interface ProxyState {
  readonly path: PathSnapshot | null;
  /** Number of the selected connection; rows move when others close, the selection stays on its own. */
  readonly selected: number | null;
  /** Places of the selected and the first visible connection in the list. */
  readonly cursor: number;
  readonly top: number;
}

export interface FindingsState {
  readonly snapshot: FindingsSnapshot | null;
  readonly cursor: number;
}

export interface FilterState {
  readonly text: string;
  readonly enabled: boolean;
  /** The text being typed; null when the bar is closed. It is validated and applied as it grows. */
  readonly edit: TextField | null;
  readonly error: { readonly message: string; readonly column: number } | null;
  /** Which proposal `tab` takes. */
  readonly choice: number;
  readonly history: readonly string[];
  /** Place in the history while ↑↓ walk it; null: the text is the person's own. */
  readonly historyAt: number | null;
}

export type Overlay =
  | { readonly kind: 'help' | 'palette'; readonly query: TextField; readonly index: number }
  | { readonly kind: 'seek'; readonly query: TextField; readonly error: string | null }
  | { readonly kind: 'confirm'; readonly question: string; readonly command: RuntimeCommand; readonly done: string };

export interface Status {
  readonly text: string;
  readonly role: Role;
  readonly untilMs: number;
}

/** Everything the screen is made of. Pure data: the same state gives the same rows. */
export interface UiState {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
  readonly screen: ScreenName;
  readonly title: TitleSnapshot | null;
  readonly list: ListState;
  readonly frozen: Frozen | null;
  readonly detail: DetailState;
  readonly overview: OverviewState;
  readonly proxy: ProxyState;
  readonly findings: FindingsState;
  readonly filter: FilterState;
  readonly overlay: Overlay | null;
  readonly payloadShown: boolean;
  readonly timeFormat: TimeFormat;
  readonly status: Status | null;
  /** A failure of the source that stays on the screen. */
  readonly failure: string | null;
  /** Wall clock of the UI in milliseconds, for what expires. */
  readonly nowMs: number;
}

/** What happens to the UI. */
export type UiAction =
  | { readonly kind: 'key'; readonly press: KeyPress }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'command'; readonly name: CommandName }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'tick'; readonly nowMs: number }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot; readonly request: SnapshotRequest }
  | { readonly kind: 'failure'; readonly message: string }
  | { readonly kind: 'say'; readonly text: string; readonly role: Role };

/** What the UI wants done outside of it. */
export type UiEffect =
  | { readonly kind: 'runtime'; readonly command: RuntimeCommand }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'quit' };

/** A new state and what has to follow from it. */
export interface Update {
  readonly state: UiState;
  readonly effects: readonly UiEffect[];
}

/** The state without effects. */
export function still(state: UiState): Update {
  return { state, effects: [] };
}

/** How long a status sentence stays. */
export const statusMs = 5_000;

/** The state with a sentence for the person on the bar. */
export function say(state: UiState, text: string, role: Role = 'accent'): UiState {
  return { ...state, status: { text, role, untilMs: state.nowMs + statusMs } };
}

/** The run's clock as the rows show it. */
export function shownNowUs(state: UiState): number {
  return state.frozen?.nowUs ?? state.title?.nowUs ?? 0;
}

/** The filter whose rows the screen wants now. */
export function wantedFilter(state: UiState): string {
  if (state.filter.edit !== null) return state.filter.edit.text.trim();
  return state.filter.enabled ? state.filter.text : '';
}

/** The view whose rows the screen wants now. */
export function wantedView(state: UiState): ViewKey {
  return { filter: wantedFilter(state), markedOnly: state.list.markedOnly };
}

/** What a person chose on the command line. */
export interface UiChoices {
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly payload: 'show' | 'hide';
  readonly filter: string;
  readonly nowMs: number;
}

const emptyList: ListState = {
  rows: [],
  firstPosition: 0,
  endPosition: 0,
  filtering: null,
  cursor: null,
  cursorRow: null,
  top: 0,
  follow: true,
  settling: false,
  markedOnly: false,
  column: null,
  places: new Map(),
  arriving: null,
};

const closedDetail: DetailState = {
  open: false,
  snapshot: null,
  goneSeq: null,
  pane: 'list',
  zoomed: false,
  extraRows: 0,
  treeCursor: 'request',
  treeTop: 0,
  expanded: new Map(),
  byte: 0,
  hexTop: 0,
};

/** The state before anything was seen. */
export function initialState(choices: UiChoices): UiState {
  return {
    columns: choices.columns,
    rows: choices.rows,
    glyphs: choices.ascii ? asciiGlyphs : unicodeGlyphs,
    screen: 'traffic',
    title: null,
    list: emptyList,
    frozen: null,
    detail: closedDetail,
    overview: { metrics: null, table: 'api', selected: { api: null, errors: null, brokers: null } },
    proxy: { path: null, selected: null, cursor: 0, top: 0 },
    findings: { snapshot: null, cursor: 0 },
    filter: { text: choices.filter, enabled: true, edit: null, error: null, choice: 0, history: [], historyAt: null },
    overlay: null,
    payloadShown: choices.payload === 'show',
    timeFormat: 'local',
    status: null,
    failure: null,
    nowMs: choices.nowMs,
  };
}
