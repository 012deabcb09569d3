import type { ApiFigures, MetricsSnapshot, Percentiles, TrafficFigures } from '../../src/metrics/metrics-snapshot.ts';
import type { Runtime, RuntimeCommand } from '../../src/runtime/runtime.ts';
import type {
  ExchangeRow,
  ListRequest,
  ListSnapshot,
  Snapshot,
  SnapshotRequest,
  TitleSnapshot,
} from '../../src/store/snapshot.ts';
import { fakeDetail, fakeRow, fakeStartUs } from './fake-exchange.ts';
import { fakePath } from './fake-path.ts';

/** How the fake run behaves. */
export interface FakeOptions {
  readonly exchanges: number;
  /** New exchanges a second on the clock handed in; 0 stands still. */
  readonly perSecond: number;
  readonly title?: Partial<TitleSnapshot>;
  nowMs(): number;
}

/** A run made of nothing: seeded rows, a filter language of three forms, and everything it was told. */
export class FakeRuntime implements Runtime {
  readonly commands: RuntimeCommand[] = [];
  readonly requests: SnapshotRequest[] = [];
  readonly ended: Promise<void>;
  readonly #options: FakeOptions;
  readonly #startMs: number;
  readonly #marks = new Set<number>();
  #cleared = 0;
  #fail: (error: Error) => void = () => undefined;

  constructor(options: FakeOptions) {
    this.#options = options;
    this.#startMs = options.nowMs();
    this.ended = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  /** The source fails, as an unreachable upstream would. */
  fail(message: string): void {
    this.#fail(new Error(message));
  }

  get #exchanges(): number {
    const elapsedMs = this.#options.nowMs() - this.#startMs;
    return this.#options.exchanges + Math.trunc((elapsedMs * this.#options.perSecond) / 1000);
  }

  async snapshot(request: SnapshotRequest): Promise<Snapshot> {
    this.requests.push(request);
    return structuredClone({
      title: this.#title(),
      list: request.list === null ? null : this.#list(request.list),
      detail:
        request.detail === null
          ? null
          : fakeDetail(request.detail.seq, this.#marks.has(request.detail.seq), request.detail.records),
      overview: request.overview ? fakeMetrics(this.#exchanges) : null,
      path: request.path == null ? null : fakePath(request.path, this.#title().mode),
    });
  }

  async command(command: RuntimeCommand): Promise<void> {
    this.commands.push(command);
    if (command.kind === 'mark' && command.marked) this.#marks.add(command.seq);
    if (command.kind === 'mark' && !command.marked) this.#marks.delete(command.seq);
    if (command.kind === 'clear') this.#cleared = this.#exchanges;
  }

  async close(): Promise<void> {}

  #title(): TitleSnapshot {
    const elapsedMs = this.#options.nowMs() - this.#startMs;
    return {
      mode: 'proxy',
      source: ':19092 → broker:9092',
      startedAtUs: fakeStartUs,
      nowUs: fakeStartUs + this.#exchanges * 5_000 + elapsedMs * 1000,
      exchanges: this.#exchanges,
      kept: this.#exchanges - this.#cleared,
      droppedExchanges: 0,
      historyBytes: 67_108_864,
      historyBytesMax: 268_435_456,
      requestsPerSecond: 3_104,
      p99Us: 41_000,
      errorShare: 0.004,
      connections: 37,
      notice: null,
      reading: null,
      finished: false,
      ...this.#options.title,
    };
  }

  #list(request: ListRequest): ListSnapshot {
    const parsed = parseFilter(request.filter);
    const seqs: number[] = [];
    const whole = request.filter === '' && !request.markedOnly;
    const total = this.#exchanges;
    if (!whole && parsed.error === null) {
      for (let seq = this.#cleared + 1; seq <= total; seq += 1) {
        if (request.markedOnly && !this.#marks.has(seq)) continue;
        if (parsed.matches(fakeRow(seq))) seqs.push(seq);
      }
    }
    const firstPosition = whole ? this.#cleared + 1 : 0;
    const endPosition = whole ? total + 1 : seqs.length;
    const wanted = request.from === 'end' ? endPosition - request.count : request.from;
    const from = Math.max(firstPosition, wanted);
    const rows: ExchangeRow[] = [];
    for (let at = from; at < Math.min(endPosition, from + request.count); at += 1) {
      const seq = whole ? at : (seqs[at] ?? 0);
      rows.push(fakeRow(seq, at, this.#marks.has(seq)));
    }
    return { filter: request.filter, filterError: parsed.error, filtering: null, firstPosition, endPosition, rows };
  }
}

interface ParsedFilter {
  readonly error: ListSnapshot['filterError'];
  matches(row: ExchangeRow): boolean;
}

/** `api == Name`, `error`, `latency > n` and a bare word, joined by `&&`. Enough to see a filter at work. */
function parseFilter(text: string): ParsedFilter {
  const tests: ((row: ExchangeRow) => boolean)[] = [];
  let column = 1;
  for (const part of text.split('&&')) {
    const term = part.trim();
    const at = column + part.indexOf(term);
    column += part.length + 2;
    if (term === '') {
      if (text.trim() === '') continue;
      return { error: { message: 'a term is missing here', column: at }, matches: () => false };
    }
    const api = /^api == (\S+)$/.exec(term);
    if (api !== null) tests.push((row) => row.apiName === api[1] || String(row.apiKey) === api[1]);
    else if (term === 'error') tests.push((row) => row.errors.length > 0);
    else if (/^error == \w+$/.test(term)) tests.push((row) => row.errors.some((error) => term.endsWith(error.name)));
    else if (/^\w+$/.test(term))
      tests.push((row) => (row.apiName ?? '').includes(term) || row.topics.some((t) => t.includes(term)));
    else
      return {
        error: { message: `"${term.split(' ')[0]}" is no field; did you mean latency?`, column: at },
        matches: () => false,
      };
  }
  return { error: null, matches: (row) => tests.every((test) => test(row)) };
}

function percentiles(scale: number, count: number): Percentiles {
  return { count, p50Us: 2_900 * scale, p95Us: 20_000 * scale, p99Us: 44_000 * scale, maxUs: 812_000 * scale };
}

function figures(share: number, errors: number, exchanges: number): TrafficFigures {
  return {
    requests: Math.round(exchanges * share),
    responses: Math.round(exchanges * share),
    errors,
    requestBytes: 1_000_000 * share,
    responseBytes: 3_000_000 * share,
    inFlight: Math.round(212 * share),
    rate10s: 3_104 * share,
    rate60s: 3_000 * share,
    latency: percentiles(share, 1_000),
    wait: percentiles(share, share > 0.3 ? 100 : 0),
    throttledResponses: 2,
    throttleMs: share > 0.3 ? 300 : 0,
  };
}

/** Figures of five minutes, always the same curve. */
export function fakeMetrics(exchanges: number): MetricsSnapshot {
  const api = (apiKey: number, apiName: string | null, share: number, errors: number): ApiFigures => ({
    ...figures(share, errors, exchanges),
    apiKey,
    apiName,
    apiVersion: null,
  });
  const seconds = Array.from({ length: 300 }, (_, second) => {
    const produce = Math.round(1_600 + 500 * Math.sin(second / 20));
    const fetch = Math.round(1_200 + 300 * Math.cos(second / 31));
    return {
      second,
      requests: produce + fetch + 260,
      errors: second % 30 === 0 ? 1 : 0,
      requestBytes: 41_200_000,
      responseBytes: 118_000_000,
      byApi: { 0: produce, 1: fetch },
      p50Us: second < 5 ? null : 2_900 + 500 * Math.sin(second / 9),
      p99Us: second < 5 ? null : 41_000 + 30_000 * Math.max(0, Math.sin(second / 17)),
    };
  });
  const nowUs = fakeStartUs + 300_000_000;
  return {
    nowUs,
    sinceUs: fakeStartUs,
    total: figures(1, 25, exchanges),
    connections: 37,
    connectionsTotal: 51,
    byApi: [
      api(0, 'Produce', 0.52, 14),
      api(1, 'Fetch', 0.4, 0),
      api(3, 'Metadata', 0.04, 0),
      api(12, 'Heartbeat', 0.03, 9),
      api(999, null, 0.01, 0),
    ],
    byClient: [],
    byBroker: [1, 2, 3].map((nodeId) => ({
      ...figures(0.2 + nodeId / 10, 3, exchanges),
      broker: `127.0.0.1:${19_091 + nodeId}`,
      nodeId,
    })),
    errors: [
      {
        code: 6,
        name: 'NOT_LEADER_OR_FOLLOWER',
        count: 14,
        firstUs: nowUs,
        lastUs: nowUs,
        apiName: 'Produce',
        clientId: 'orders-svc',
      },
      {
        code: 27,
        name: 'REBALANCE_IN_PROGRESS',
        count: 9,
        firstUs: nowUs,
        lastUs: nowUs,
        apiName: 'Heartbeat',
        clientId: 'billing',
      },
    ],
    opaque: { 'unknown-api': 3 },
    seconds,
  };
}
