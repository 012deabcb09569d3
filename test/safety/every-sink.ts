import type { TrafficEvent } from '../../src/exchange/event.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { csvLine } from '../../src/export/csv.ts';
import { eventSentence } from '../../src/export/event-sentence.ts';
import { exchangeCsvRow } from '../../src/export/exchange-csv.ts';
import { eventLine, exchangeLine, summaryLine } from '../../src/export/ndjson.ts';
import { printReport } from '../../src/export/report/report.ts';
import type { ReportFacts } from '../../src/export/report/report-facts.ts';
import { ReportFolds } from '../../src/export/report/report-folds.ts';
import { reportSections } from '../../src/export/report/sections.ts';
import { summaryByApi } from '../../src/metrics/summary-by-api.ts';
import { printJson } from '../../src/protocol/json.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import type { Snapshot, TitleSnapshot } from '../../src/store/snapshot.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { copyOf } from '../../ui/model/copy.ts';
import { composeFrame } from '../../ui/model/frame.ts';
import { lineText } from '../../ui/model/line.ts';
import { initialState, type UiState } from '../../ui/model/ui-state.ts';
import { update } from '../../ui/model/update.ts';
import { treeNodes } from '../../ui/model/update-detail.ts';

/** How the person wants things shown. */
export interface Showing {
  readonly unsafeShowSecrets: boolean;
  readonly payload: 'show' | 'hide';
}

/** Whatever a run gives out, by the name of the sink. */
export type SinkOutputs = Map<string, string | Uint8Array>;

const screenColumns = 400;
const screenRows = 300;

/** Runs inputs through a whole session and gathers what every sink makes of them. */
export function everySink(inputs: readonly EngineInput[], showing: Showing): SinkOutputs {
  const exchanges: Exchange[] = [];
  const events: TrafficEvent[] = [];
  const folds = new ReportFolds(1000);
  const session = new TrafficSession({
    historyBytesMax: 1 << 28,
    unsafeShowSecrets: showing.unsafeShowSecrets,
    sinks: [
      folds.take,
      (event) => {
        if (event.kind === 'completed') exchanges.push(event.exchange);
        else if (event.kind === 'event') events.push(event);
      },
    ],
  });
  for (const input of inputs) {
    if (input.kind !== 'segment') session.receive(input);
    else {
      const scratch = input.bytes.slice();
      session.receive({ ...input, bytes: scratch });
      scratch.fill(0);
    }
  }
  const outputs: SinkOutputs = new Map();
  keptBytes(exchanges, showing, outputs);
  lines(exchanges, events, showing, outputs);
  const metrics = session.metrics.snapshot(session.lastUs);
  const facts = session.summary.facts({ packets: 1, bytes: session.bytes, byApi: summaryByApi(metrics) });
  outputs.set('summary line', summaryLine(facts));
  outputs.set('metrics', printJson(metrics));
  const reported: ReportFacts = {
    path: 'x.pcap',
    packets: 1,
    bytes: session.bytes,
    capture: null,
    summary: session.summary,
    metrics,
    ...folds.facts(),
    findings: session.doctor.findings.list(),
    filter: null,
  };
  const sections = reportSections.map(({ name }) => name);
  outputs.set('report', printReport(reported, { sections, top: 1000 }, false));
  for (const section of reportSections) {
    const table = section.csv(reported);
    if (table !== null) outputs.set(`${section.name}.csv`, table.rows.map(csvLine).join('\n'));
  }
  outputs.set('exchanges.csv', exchanges.map((exchange) => csvLine(exchangeCsvRow(exchange))).join('\n'));
  screens(session, exchanges, showing, outputs);
  return outputs;
}

/** Frames in memory, the slabs they share included. Records stay there: history is what `u` shows them from. */
function keptBytes(exchanges: readonly Exchange[], showing: Showing, outputs: SinkOutputs): void {
  if (showing.payload === 'hide') return;
  const buffers = new Set<ArrayBufferLike>();
  for (const { request, response } of exchanges) {
    for (const message of [request, response]) if (message !== null) buffers.add(message.bytes.buffer);
  }
  for (const [index, buffer] of [...buffers].entries()) {
    // Slabs come zeroed and are filled from the start; the zeros behind would only cost time.
    const slab = Buffer.from(new Uint8Array(buffer));
    let end = slab.length;
    while (end > 0 && slab[end - 1] === 0) end -= 1;
    outputs.set(`kept bytes ${index}`, slab.subarray(0, end));
  }
}

function lines(
  exchanges: readonly Exchange[],
  events: readonly TrafficEvent[],
  showing: Showing,
  outputs: SinkOutputs,
): void {
  for (const records of [false, true]) {
    const options = { records, payload: showing.payload, unsafeShowSecrets: showing.unsafeShowSecrets };
    const text = exchanges.map((exchange) => exchangeLine(exchange, options)).join('\n');
    outputs.set(records ? 'lines with records' : 'lines', text);
  }
  outputs.set('event lines', events.map(eventLine).join('\n'));
  outputs.set('event sentences', events.map((event) => eventSentence(event) ?? '').join('\n'));
}

function titleOf(session: TrafficSession): TitleSnapshot {
  return {
    mode: 'replay',
    source: 'x.pcap',
    startedAtUs: 0,
    nowUs: session.lastUs,
    exchanges: 1,
    kept: 1,
    droppedExchanges: 0,
    historyBytes: 0,
    historyBytesMax: 1,
    requestsPerSecond: 0,
    p99Us: null,
    errorShare: null,
    connections: 1,
    notice: null,
    reading: null,
    finished: true,
  };
}

/** What the worker hands to the screen (unless payload is hidden: the screen hides it), and what the screen paints. */
function screens(
  session: TrafficSession,
  exchanges: readonly Exchange[],
  showing: Showing,
  outputs: SinkOutputs,
): void {
  const { store } = session;
  if (store === null) return;
  const request = { filter: '', markedOnly: false, from: 'end' as const, count: 10_000 };
  const list = store.list(request, session.lastUs);
  outputs.set('rows', printJson(list));
  const title = titleOf(session);
  const painted: string[] = [];
  const spans: string[] = [];
  const copied: string[] = [];
  for (const { seq } of exchanges) {
    const detail = store.detail(seq, showing.payload === 'show');
    spans.push(printJson({ ...detail, request: detail?.request?.spans, response: detail?.response?.spans }));
    for (const message of [detail?.request, detail?.response]) {
      if (message && showing.payload === 'show') {
        outputs.set(`detail bytes of ${message === detail?.request ? 'request' : 'response'} ${seq}`, message.bytes);
        for (const view of message.views) outputs.set(`${view.name} of ${seq}`, view.bytes);
      }
    }
    const snapshot: Snapshot = { title, list: null, detail, overview: null };
    const state = opened(snapshot, seq, showing);
    for (const side of ['request', 'response'] as const) {
      const shown: UiState = { ...state, detail: { ...state.detail, treeCursor: side } };
      painted.push(...composeFrame(shown).body.map(lineText));
    }
    for (const node of treeNodes(state.detail)) {
      const at: UiState = { ...state, detail: { ...state.detail, pane: 'tree', treeCursor: node.id } };
      copied.push(copyOf(at)?.text ?? '');
      // A batch's uncompressed bytes are shown while the cursor is in them.
      if (node.span?.view !== undefined) painted.push(...composeFrame(at).body.map(lineText));
    }
  }
  // Keys and values of records are in the spans: the screen decides whether to paint them.
  if (showing.payload === 'show') outputs.set('spans', spans.join('\n'));
  outputs.set('painted panes', painted.join('\n'));
  outputs.set('copied fields', copied.join('\n'));
  let state = initialState({ columns: screenColumns, rows: screenRows, ascii: false, ...filterless(showing) });
  state = update(state, {
    kind: 'snapshot',
    snapshot: { title, list, detail: null, overview: null },
    request: {
      list: request,
      detail: null,
      overview: false,
    },
  }).state;
  const screen = composeFrame(state);
  outputs.set('painted list', [screen.title, screen.tabs, ...screen.body, screen.bar].map(lineText).join('\n'));
}

const filterless = (showing: Showing) => ({ payload: showing.payload, filter: '', nowMs: 0 });

/** The panes of an exchange with every node of the tree open. */
function opened(snapshot: Snapshot, seq: number, showing: Showing): UiState {
  const start = initialState({ columns: screenColumns, rows: screenRows, ascii: false, ...filterless(showing) });
  const open: UiState = { ...start, detail: { ...start.detail, open: true, pane: 'tree' } };
  const request = { list: null, detail: { seq, records: true }, overview: false };
  let { state } = update(open, { kind: 'snapshot', snapshot, request });
  for (let round = 0; round < 8; round += 1) {
    const expanded = new Map(state.detail.expanded);
    for (const node of treeNodes(state.detail)) if (node.container) expanded.set(node.id, true);
    state = { ...state, detail: { ...state.detail, expanded } };
  }
  return state;
}
