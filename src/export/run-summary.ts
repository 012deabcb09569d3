import type { EngineEvent, TrafficEvent } from '../exchange/event.ts';
import type { ExchangeStatus } from '../exchange/exchange.ts';

/** CONTRACT's `kafka-scope/summary@1`, without the schema line. */
export interface SummaryFacts {
  readonly packets: number | null;
  readonly bytes: number;
  readonly connections: number;
  readonly requests: number;
  readonly responses: number;
  readonly exchanges: Readonly<Record<string, number>>;
  readonly byApi: unknown;
  readonly opaque: Readonly<Record<string, number>>;
  readonly gaps: number;
  readonly notKafka: number;
  readonly incompleteFrames: number;
  readonly dropped: number;
  /** How often each limit was reached, by its name; only those that were. */
  readonly limitsReached: Readonly<Record<string, number>>;
  /** What the data path did (`pathJson`); absent where there is none, such as a capture. */
  readonly path?: unknown;
  /** Counted in `requests` and `responses`, but not looked at: in no status, no list and no export. */
  readonly skipped: { readonly requests: number; readonly responses: number; readonly bytes: number };
  /** How the recording ended; absent where nothing was recorded. */
  readonly recording?: unknown;
}

/** Counts what a run has seen: the totals of the summary line. */
export class RunSummary {
  connections = 0;
  requests = 0;
  responses = 0;
  gaps = 0;
  notKafka = 0;
  incompleteFrames = 0;
  /** NDJSON lines dropped because the reader was too slow. */
  dropped = 0;
  /** How often each limit of the source was reached, by its name. */
  sourceLimits: Readonly<Record<string, number>> = {};
  readonly skipped = { requests: 0, responses: 0, bytes: 0 };
  readonly opaque: Record<string, number> = {};
  readonly #byStatus: Record<Exclude<ExchangeStatus, 'in-flight'>, number> = {
    answered: 0,
    'unanswered-by-design': 0,
    abandoned: 0,
    orphan: 0,
  };

  readonly #engineLimits: () => Readonly<Record<string, number>>;

  /** `engineLimits`: how often each limit of the engine was reached so far. */
  constructor(engineLimits: () => Readonly<Record<string, number>> = () => ({})) {
    this.#engineLimits = engineLimits;
  }

  /** How often each limit was reached, by its name; only those that were. */
  get limitsReached(): Readonly<Record<string, number>> {
    return { ...this.sourceLimits, ...this.#engineLimits() };
  }

  apply(event: EngineEvent): void {
    if (event.kind === 'event') this.#event(event);
    else if (event.kind === 'completed') {
      const { exchange } = event;
      if (exchange.status !== 'in-flight') this.#byStatus[exchange.status] += 1;
      if (exchange.request !== null) this.requests += 1;
      if (exchange.response !== null) this.responses += 1;
      for (const message of [exchange.request, exchange.response]) {
        const reason = message?.opaque?.reason;
        if (reason !== undefined) this.opaque[reason] = (this.opaque[reason] ?? 0) + 1;
      }
    }
  }

  /** The totals as CONTRACT spells them; what only the source or the metrics know comes from the caller. */
  facts(source: { readonly packets: number | null; readonly bytes: number; readonly byApi: unknown }): SummaryFacts {
    return {
      packets: source.packets,
      bytes: source.bytes,
      connections: this.connections,
      requests: this.requests + this.skipped.requests,
      responses: this.responses + this.skipped.responses,
      exchanges: { ...this.#byStatus },
      byApi: source.byApi,
      opaque: this.opaque,
      gaps: this.gaps,
      notKafka: this.notKafka,
      incompleteFrames: this.incompleteFrames,
      dropped: this.dropped,
      limitsReached: this.limitsReached,
      skipped: { ...this.skipped },
    };
  }

  #event(event: TrafficEvent): void {
    if (event.event === 'connection-opened') this.connections += 1;
    else if (event.event === 'inspection-skipped') this.#skipped(event.detail);
    else if (event.event === 'gap') this.gaps += 1;
    else if (event.event === 'not-kafka') this.notKafka += 1;
    else if (event.event === 'incomplete-frame') this.incompleteFrames += 1;
  }

  #skipped(detail: TrafficEvent['detail']): void {
    for (const what of ['requests', 'responses', 'bytes'] as const) {
      const count = detail[what];
      if (typeof count === 'number') this.skipped[what] += count;
    }
  }
}
