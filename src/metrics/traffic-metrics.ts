import { profileOf } from '../apis/index.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ApiTable } from './api-table.ts';
import { BrokerTable } from './broker-table.ts';
import { ClientTable } from './client-table.ts';
import { ErrorTable } from './error-table.ts';
import type { MetricsSnapshot, TrafficFigures } from './metrics-snapshot.ts';
import { SecondSeries } from './second-series.ts';
import type { SkippedRow } from './skipped-traffic.ts';
import { TrafficGroup, workUsOf } from './traffic-group.ts';

/**
 * This room counts. In: exchanges as they start and end, each with the time of now. Out: one plain snapshot, and the
 * summary of CONTRACT. It keeps no exchange, owns no clock, and allocates nothing per exchange on the steady path.
 */

/** How many rows each table may have; beyond it, exchanges count under `other`. */
export interface MetricsLimits {
  /** Rows of unknown API keys stop here; known APIs always have one. */
  readonly apisMax: number;
  /** Versions of one API with figures of their own. */
  readonly versionsPerApiMax: number;
  /** Rows of client id and software: the label guard of CONTRACT (`--metrics-label-limit`). */
  readonly clientsMax: number;
  readonly brokersMax: number;
  /** Rows of code, API and client. */
  readonly errorsMax: number;
}

/** Limits used when the caller names none. */
export const metricsLimits: MetricsLimits = Object.freeze({
  apisMax: 128,
  versionsPerApiMax: 32,
  clientsMax: 200,
  brokersMax: 200,
  errorsMax: 500,
});

/**
 * Figures of a run by API and version, client and broker. Every exchange that was `started` must be `completed` once,
 * or it counts as in flight for ever.
 */
export class TrafficMetrics {
  readonly #total = new TrafficGroup();
  readonly #apis: ApiTable;
  readonly #clients: ClientTable;
  readonly #brokers: BrokerTable;
  readonly #errors: ErrorTable;
  readonly #series = new SecondSeries();
  readonly #opaque = new Map<string, number>();
  #connections = 0;
  #connectionsTotal = 0;
  #sinceUs = -1;

  constructor(limits?: Partial<MetricsLimits>) {
    const all = { ...metricsLimits, ...limits };
    this.#apis = new ApiTable(all.apisMax, all.versionsPerApiMax);
    this.#clients = new ClientTable(all.clientsMax);
    this.#brokers = new BrokerTable(all.brokersMax);
    this.#errors = new ErrorTable(all.errorsMax);
  }

  /** A connection began. */
  connectionOpened(nowUs: number): void {
    this.#began(nowUs);
    this.#connections++;
    this.#connectionsTotal++;
  }

  /** A connection ended. */
  connectionClosed(): void {
    if (this.#connections > 0) this.#connections--;
  }

  /** A request was seen; an orphan, which has none, is counted only when it is completed. */
  started(exchange: Exchange, nowUs: number): void {
    this.#began(nowUs);
    if (exchange.request === null) return;
    const second = Math.floor(nowUs / 1_000_000);
    let column = -1;
    this.#total.started(exchange, second);
    if (exchange.apiKey !== null) {
      const row = this.#apis.row(exchange.apiKey);
      column = row.column;
      row.total.started(exchange, second);
      this.#apis.version(row, exchange.apiVersion)?.started(exchange, second);
    }
    this.#clients.started(exchange, second);
    this.#brokers.group(exchange.connection).started(exchange, second);
    this.#series.request(second, exchange.request.sizeBytes, column);
  }

  /** An exchange is final. */
  completed(exchange: Exchange, nowUs: number): void {
    this.#began(nowUs);
    const workUs = workUsOf(exchange);
    this.#total.completed(exchange, workUs);
    if (exchange.apiKey !== null) {
      const row = this.#apis.row(exchange.apiKey);
      row.total.completed(exchange, workUs);
      this.#apis.version(row, exchange.apiVersion)?.completed(exchange, workUs);
    }
    const clientLabel = this.#clients.completed(exchange, workUs);
    this.#brokers.group(exchange.connection).completed(exchange, workUs);
    const failed = exchange.errors.length > 0;
    if (failed) this.#errors.add(exchange, clientLabel, nowUs);
    if (exchange.response !== null) {
      this.#series.response(Math.floor(nowUs / 1_000_000), exchange.response.sizeBytes, failed, workUs);
    }
    const requestOpaque = exchange.request?.opaque ?? null;
    const responseOpaque = exchange.response?.opaque ?? null;
    if (requestOpaque !== null) this.#countOpaque(requestOpaque.reason);
    if (responseOpaque !== null) this.#countOpaque(responseOpaque.reason);
  }

  /**
   * Exchanges that went by without being looked at, up to now. They count in the sums and by API and version; clients,
   * brokers, errors and exchanges in flight are those of the exchanges looked at. What waits on purpose has no latency
   * here: nobody can tell how much of it was meant.
   */
  skipped(row: SkippedRow, nowUs: number): void {
    this.#began(nowUs);
    const second = Math.floor(nowUs / 1_000_000);
    const withLatency = profileOf(row.apiKey)?.waitUs === undefined;
    const api = this.#apis.row(row.apiKey);
    this.#total.skipped(row, second, withLatency);
    api.total.skipped(row, second, withLatency);
    this.#apis.version(api, row.apiVersion)?.skipped(row, second, withLatency);
    this.#series.skipped(second, row, api.column, withLatency);
  }

  /** Connections open now. */
  get openConnections(): number {
    return this.#connections;
  }

  /** The sums over everything alone: what a title line needs ten times a second. */
  totals(nowUs: number): TrafficFigures {
    return this.#total.figures(nowUs, this.#sinceUs < 0 ? nowUs : this.#sinceUs);
  }

  /** Everything counted so far as plain data; `nowUs` ends the windows of the rates. */
  snapshot(nowUs: number): MetricsSnapshot {
    const sinceUs = this.#sinceUs < 0 ? nowUs : this.#sinceUs;
    const apiKeys: number[] = [];
    for (const row of this.#apis.rows()) apiKeys[row.column] = row.apiKey;
    return {
      nowUs,
      sinceUs: this.#sinceUs < 0 ? null : this.#sinceUs,
      total: this.#total.figures(nowUs, sinceUs),
      connections: this.#connections,
      connectionsTotal: this.#connectionsTotal,
      byApi: this.#apis.figures(nowUs, sinceUs),
      byClient: this.#clients.figures(nowUs, sinceUs),
      byBroker: this.#brokers.figures(nowUs, sinceUs),
      errors: this.#errors.figures(),
      opaque: Object.fromEntries(this.#opaque),
      seconds: this.#series.figures(Math.floor(nowUs / 1_000_000), apiKeys),
    };
  }

  #began(nowUs: number): void {
    if (this.#sinceUs < 0) this.#sinceUs = nowUs;
  }

  #countOpaque(reason: string): void {
    this.#opaque.set(reason, (this.#opaque.get(reason) ?? 0) + 1);
  }
}
