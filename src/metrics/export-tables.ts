import type { ConnectionFacts, Exchange } from '../exchange/exchange.ts';
import { apiName, removedInKafka4 } from '../protocol/api-keys.ts';
import type { ConnectionOpened } from '../wire/segment.ts';
import { otherLabel } from './client-table.ts';
import { ConnectionBook, type OpenConnection } from './connection-book.ts';
import { GroupGenerations } from './group-generations.ts';
import { LabelGuard } from './label-guard.ts';
import { bucketsOf, LatencyBuckets, latencyBoundsUs } from './latency-buckets.ts';
import type { ExportFigures, LabelledBuckets, LabelledCount } from './metrics-snapshot.ts';
import { type Counter, counterTable, SeriesTable } from './series-table.ts';
import type { SkippedRow } from './skipped-traffic.ts';

/** Distinct values of a label that a peer can invent, when the user names no limit (`--metrics-label-limit`). */
export const labelValuesDefault = 200;

/** Versions of one API that get a label of their own. */
const versionsPerApiMax = 32;

/** Combinations of API and version that one connection counts apart; real clients use thirty. */
const cellsPerConnectionMax = 256;

/** Bytes of the size prefix, which sizes of messages leave out. */
const sizePrefixBytes = 4;

/** What a broker's exchanges count into, whatever their API. */
interface BrokerCell {
  readonly label: string;
  readonly requestBytes: Counter;
  readonly responseBytes: Counter;
  readonly inFlight: Counter;
}

/** What the exchanges of one API and version of one connection count into. */
interface ApiCell {
  readonly api: string;
  readonly version: string;
  readonly requests: Counter;
  readonly latency: LatencyBuckets;
  readonly wait: LatencyBuckets;
  /** Kafka 4 no longer speaks this version. */
  readonly removed: boolean;
  readonly errors: Map<number, Counter>;
  /** The client whose sums the next two are; a connection nearly always has one. */
  clientId: string | null;
  throttle: Counter | null;
  deprecated: Counter | null;
}

/** What a connection counts into; found once an exchange, everything else hangs on it. */
interface ConnectionCells {
  readonly facts: ConnectionFacts;
  readonly open: OpenConnection | undefined;
  readonly broker: BrokerCell;
  readonly byApi: Map<number, ApiCell>;
  lastKey: number;
  last: ApiCell | null;
}

/**
 * The counters of CONTRACT's metrics, by their labels, and the list of open connections. Per exchange it costs two
 * looks at the connection's own cells and a few additions; labels are put together when a combination is new.
 */
export class ExportTables {
  readonly connections = new ConnectionBook();
  readonly #cells = new WeakMap<ConnectionFacts, ConnectionCells>();
  readonly #brokers = new Map<string, BrokerCell>();
  readonly #generations = new GroupGenerations();
  readonly #apiLabels: LabelGuard;
  readonly #brokerLabels: LabelGuard;
  readonly #clientLabels: LabelGuard;
  readonly #groupLabels: LabelGuard;
  readonly #errorLabels: LabelGuard;
  readonly #versionLabels = new Map<string, LabelGuard>();
  readonly #requests: SeriesTable<Counter>;
  readonly #latency: SeriesTable<LatencyBuckets>;
  readonly #wait: SeriesTable<LatencyBuckets>;
  readonly #throttle: SeriesTable<Counter>;
  readonly #errors: SeriesTable<Counter>;
  readonly #deprecated: SeriesTable<Counter>;
  readonly #rebalances: SeriesTable<Counter>;
  readonly #undecoded = counterTable(16);
  #last: ConnectionCells | null = null;

  /** `labelValues` bounds each label; tables hold twenty times as many series, histograms (20 lines each) five times. */
  constructor(labelValues: number = labelValuesDefault) {
    const guard = () => new LabelGuard(labelValues);
    this.#apiLabels = guard();
    this.#brokerLabels = guard();
    this.#clientLabels = guard();
    this.#groupLabels = guard();
    this.#errorLabels = guard();
    const buckets = () => new LatencyBuckets();
    this.#requests = counterTable(labelValues * 20);
    this.#latency = new SeriesTable(labelValues * 5, buckets);
    this.#wait = new SeriesTable(labelValues * 5, buckets);
    this.#throttle = counterTable(labelValues * 20);
    this.#errors = counterTable(labelValues * 20);
    this.#deprecated = counterTable(labelValues * 20);
    this.#rebalances = counterTable(labelValues + 1);
  }

  /** A connection began. */
  opened(opened: ConnectionOpened): void {
    this.connections.opened(opened);
  }

  /** A connection ended, and all its exchanges are complete. */
  closed(connection: number): void {
    this.connections.closed(connection);
    if (this.#last?.facts.id === connection) this.#last = null;
  }

  /** A request was seen. */
  started(exchange: Exchange): void {
    const request = exchange.request;
    if (request === null) return;
    const cells = this.#cellsOf(exchange.connection);
    const { broker, open } = cells;
    const bytes = request.sizeBytes + sizePrefixBytes;
    broker.inFlight.value++;
    broker.requestBytes.value += bytes;
    if (open !== undefined) {
      open.facts = exchange.connection;
      open.requests++;
      open.inFlight++;
      open.requestBytes += bytes;
      if (exchange.clientId !== null) open.clientId = exchange.clientId;
    }
    const cell = this.#apiCell(cells, exchange.apiKey, exchange.apiVersion);
    cell.requests.value++;
    if (cell.removed) this.#countDeprecated(cell, exchange.clientId);
  }

  /** An exchange is final; `workUs` is `workUsOf(exchange)`. */
  completed(exchange: Exchange, workUs: number | null): void {
    const cells = this.#cellsOf(exchange.connection);
    const { broker, open } = cells;
    const { request, response } = exchange;
    if (request !== null) {
      broker.inFlight.value--;
      if (open !== undefined) open.inFlight--;
      if (request.opaque !== null) this.#undecoded.cell(request.opaque.reason).value++;
    }
    if (response === null) return;
    const bytes = response.sizeBytes + sizePrefixBytes;
    broker.responseBytes.value += bytes;
    if (open !== undefined) open.responseBytes += bytes;
    if (response.opaque !== null) this.#undecoded.cell(response.opaque.reason).value++;
    const cell = this.#apiCell(cells, exchange.apiKey, exchange.apiVersion);
    if (workUs !== null) cell.latency.record(workUs);
    const { waitUs } = exchange.timing;
    if (waitUs !== null && waitUs > 0) cell.wait.record(waitUs);
    const throttleMs = exchange.throttleTimeMs;
    if (throttleMs !== null && throttleMs > 0) this.#countThrottle(cell, exchange.clientId, throttleMs);
    if (exchange.errors.length > 0) this.#countErrors(cell, exchange);
    if (exchange.group !== null) this.#countRebalance(exchange);
  }

  /**
   * Exchanges that were forwarded without being looked at. They have no broker and no client here, and no latency
   * where a part of it may be deliberate.
   */
  skipped(row: SkippedRow, withLatency: boolean): void {
    const broker = this.#broker('');
    broker.requestBytes.value += row.requestBytes;
    broker.responseBytes.value += row.responseBytes;
    const api = this.#apiLabels.label(apiName(row.apiKey) ?? `key ${row.apiKey}`);
    this.#requests.cell(api, this.#versionLabel(api, row.apiVersion), '').value += row.requests;
    if (withLatency) this.#latency.cell(api, '').merge(bucketsOf(row.latency.save(), latencyBoundsUs));
  }

  /** Everything counted so far as plain data. */
  figures(): ExportFigures {
    const bytes: LabelledCount[] = [];
    const inFlight: LabelledCount[] = [];
    for (const broker of this.#brokers.values()) {
      bytes.push({ labels: ['request', broker.label], value: broker.requestBytes.value });
      bytes.push({ labels: ['response', broker.label], value: broker.responseBytes.value });
      if (broker.label !== '') inFlight.push({ labels: [broker.label], value: broker.inFlight.value });
    }
    return {
      boundsUs: latencyBoundsUs,
      requests: this.#requests.list(countOf),
      latency: this.#latency.list(bucketsOfCell),
      wait: this.#wait.list(bucketsOfCell).filter((series) => series.counts.some((count) => count > 0)),
      throttleMs: this.#throttle.list(countOf),
      errors: this.#errors.list(countOf),
      bytes,
      inFlight,
      connections: this.#openByBroker(),
      undecoded: this.undecoded(),
      rebalances: this.#rebalances.list(countOf),
      deprecated: this.#deprecated.list(countOf),
      foldedLabels: this.foldedLabels(),
    };
  }

  /** Brokers that once had a connection keep their row, so that a drop to none is seen. */
  #openByBroker(): LabelledCount[] {
    const counts = new Map<string, number>();
    for (const { label } of this.#brokers.values()) if (label !== '') counts.set(label, 0);
    for (const [broker, open] of this.connections.byBroker()) {
      const label = this.#brokerLabels.label(broker);
      counts.set(label, (counts.get(label) ?? 0) + open);
    }
    return [...counts].map(([label, value]) => ({ labels: [label], value }));
  }

  /** Messages that could not be decoded, by reason. */
  undecoded(): LabelledCount[] {
    return this.#undecoded.list(countOf);
  }

  /** How often a label or a series had to be called `other`. */
  foldedLabels(): number {
    let folded = 0;
    for (const guard of [this.#apiLabels, this.#brokerLabels, this.#clientLabels, this.#groupLabels, this.#errorLabels])
      folded += guard.folded;
    for (const guard of this.#versionLabels.values()) folded += guard.folded;
    for (const table of [this.#requests, this.#throttle, this.#errors, this.#deprecated, this.#rebalances])
      folded += table.folded;
    return folded + this.#latency.folded + this.#wait.folded;
  }

  #cellsOf(connection: ConnectionFacts): ConnectionCells {
    if (this.#last !== null && this.#last.facts === connection) return this.#last;
    let cells = this.#cells.get(connection);
    if (cells === undefined) {
      const open = this.connections.get(connection.id);
      const broker = this.#broker(connection.broker);
      cells = { facts: connection, open, broker, byApi: new Map(), lastKey: -1, last: null };
      this.#cells.set(connection, cells);
    }
    this.#last = cells;
    return cells;
  }

  #broker(broker: string): BrokerCell {
    const label = this.#brokerLabels.label(broker);
    let cell = this.#brokers.get(label);
    if (cell === undefined) {
      cell = { label, requestBytes: { value: 0 }, responseBytes: { value: 0 }, inFlight: { value: 0 } };
      this.#brokers.set(label, cell);
    }
    return cell;
  }

  #apiCell(cells: ConnectionCells, apiKey: number | null, apiVersion: number | null): ApiCell {
    // Keys and versions are int16; raw SASL tokens have neither.
    const key = apiKey === null ? -2 : (apiKey & 0xffff) * 0x10000 + ((apiVersion ?? -1) & 0xffff);
    if (cells.last !== null && cells.lastKey === key) return cells.last;
    let cell = cells.byApi.get(key);
    if (cell === undefined) {
      cell = this.#newApiCell(cells, apiKey, apiVersion);
      if (cells.byApi.size < cellsPerConnectionMax) cells.byApi.set(key, cell);
    }
    cells.lastKey = key;
    cells.last = cell;
    return cell;
  }

  #newApiCell(cells: ConnectionCells, apiKey: number | null, apiVersion: number | null): ApiCell {
    const name = apiKey === null ? 'sasl-token' : (apiName(apiKey) ?? `key ${apiKey}`);
    const api = this.#apiLabels.label(name);
    const version = this.#versionLabel(api, apiVersion);
    const broker = cells.broker.label;
    return {
      api,
      version,
      requests: this.#requests.cell(api, version, broker),
      latency: this.#latency.cell(api, broker),
      wait: this.#wait.cell(api, broker),
      removed: apiKey !== null && apiVersion !== null && removedInKafka4(apiKey, apiVersion),
      errors: new Map(),
      clientId: null,
      throttle: null,
      deprecated: null,
    };
  }

  #versionLabel(api: string, apiVersion: number | null): string {
    if (apiVersion === null) return '';
    if (api === otherLabel) return otherLabel;
    let guard = this.#versionLabels.get(api);
    if (guard === undefined) {
      guard = new LabelGuard(versionsPerApiMax);
      this.#versionLabels.set(api, guard);
    }
    return guard.label(String(apiVersion));
  }

  #countDeprecated(cell: ApiCell, clientId: string | null): void {
    this.#forClient(cell, clientId);
    cell.deprecated ??= this.#deprecated.cell(cell.api, cell.version, this.#clientLabel(clientId));
    cell.deprecated.value++;
  }

  #countThrottle(cell: ApiCell, clientId: string | null, throttleMs: number): void {
    this.#forClient(cell, clientId);
    cell.throttle ??= this.#throttle.cell(cell.api, this.#clientLabel(clientId));
    cell.throttle.value += throttleMs;
  }

  #forClient(cell: ApiCell, clientId: string | null): void {
    if (cell.clientId === clientId) return;
    cell.clientId = clientId;
    cell.throttle = null;
    cell.deprecated = null;
  }

  #clientLabel(clientId: string | null): string {
    return clientId === null ? '' : this.#clientLabels.label(clientId);
  }

  /** An exchange counts once a code, however many partitions carry it. */
  #countErrors(cell: ApiCell, { errors }: Exchange): void {
    for (let at = 0; at < errors.length; at++) {
      const error = errors[at];
      if (error === undefined || errors.findIndex(({ code }) => code === error.code) < at) continue;
      let counter = cell.errors.get(error.code);
      if (counter === undefined) {
        counter = this.#errors.cell(cell.api, this.#errorLabels.label(error.name));
        if (cell.errors.size < cellsPerConnectionMax) cell.errors.set(error.code, counter);
      }
      counter.value++;
    }
  }

  #countRebalance(exchange: Exchange): void {
    const group = this.#generations.rebalanced(exchange);
    if (group !== null) this.#rebalances.cell(this.#groupLabels.label(group)).value++;
  }
}

function countOf({ value }: Counter, labels: readonly string[]): LabelledCount {
  return { labels, value };
}

function bucketsOfCell(buckets: LatencyBuckets, labels: readonly string[]): LabelledBuckets {
  return { labels, ...buckets.figures() };
}
