import { Engine } from '../exchange/engine.ts';
import type { EngineEvent, TrafficEvent } from '../exchange/event.ts';
import { RunSummary } from '../export/run-summary.ts';
import { HandshakeDoctor } from '../insight/handshake/handshake-doctor.ts';
import { PathLog } from '../metrics/path-log.ts';
import type { SkippedRow } from '../metrics/skipped-traffic.ts';
import { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import { TrafficStore } from '../store/store.ts';
import type { EngineInput } from '../wire/segment.ts';

/**
 * Something that wants to see everything the engine finds, such as a line writer or a report. Where history is kept,
 * the bytes of an exchange end with it, and where they are `borrowed` with the call that completes it: a sink that
 * needs them later copies them during the call.
 */
export type EngineSink = (event: EngineEvent) => void;

/**
 * How long the bytes of exchanges stay where no history is kept: as long as somebody holds the exchange (`kept`), until
 * the sinks have seen it completed (`borrowed`), or not at all (`none`). Facts and figures are the same with each.
 */
export type BytesWish = 'kept' | 'borrowed' | 'none';

/**
 * One run's insides: the engine and everything that folds over what it finds. A source pushes inputs; sinks, store
 * and metrics see the same events in the same order, live or from a capture.
 */
export class TrafficSession {
  readonly metrics: TrafficMetrics;
  readonly summary = new RunSummary(() => ({ ...this.#engine.limitsReached(), ...this.doctor.limits.counts() }));
  /** What the proxy's events tell of its path; empty for captures. */
  readonly pathLog = new PathLog();
  readonly doctor = new HandshakeDoctor();
  /** null where nobody looks back (`--json`, reports). */
  readonly store: TrafficStore | null;
  readonly #engine: Engine;
  readonly #sinks: readonly EngineSink[];
  readonly #losses: () => Readonly<Record<string, number>>;
  readonly #givesBack: boolean;
  #bytes = 0;
  #lastUs = 0;

  constructor(options: {
    readonly historyBytesMax: number | null;
    readonly unsafeShowSecrets: boolean;
    readonly sinks?: readonly EngineSink[];
    readonly bytes?: BytesWish;
    /** Distinct values of each label that exporters publish. */
    readonly metricsLabelLimit?: number;
    /** What whoever prints had to leave out, by what. */
    readonly losses?: () => Readonly<Record<string, number>>;
  }) {
    const { metricsLabelLimit } = options;
    this.metrics = new TrafficMetrics(metricsLabelLimit === undefined ? {} : { labelValuesMax: metricsLabelLimit });
    const bytes = options.historyBytesMax === null ? (options.bytes ?? 'kept') : 'kept';
    this.#engine = new Engine({ unsafeShowSecrets: options.unsafeShowSecrets, keepsBytes: bytes !== 'none' });
    this.#givesBack = bytes !== 'kept';
    this.store =
      options.historyBytesMax === null ? null : new TrafficStore(options.historyBytesMax, this.#engine.keeper);
    this.#sinks = options.sinks ?? [];
    this.#losses = options.losses ?? (() => ({}));
  }

  /** What was not kept or not printed, by what; traffic itself is never lost. */
  losses(): Readonly<Record<string, number>> {
    const marks = this.store?.marksRefused ?? 0;
    const history = this.store?.history.dropped ?? 0;
    return { history, lines: 0, ...(marks === 0 ? {} : { marks }), ...this.#losses() };
  }

  /** Stream bytes seen in both directions. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Time of the newest input: the clock of a capture. */
  get lastUs(): number {
    return this.#lastUs;
  }

  receive(input: EngineInput): void {
    if (input.atUs > this.#lastUs) this.#lastUs = input.atUs;
    if (input.kind === 'segment') this.#bytes += input.bytes.length;
    else if (input.kind === 'skipped') this.#bytes += input.bytes;
    else if (input.kind === 'opened') {
      this.metrics.connectionOpened(input.atUs);
      this.metrics.exported.opened(input);
      this.pathLog.opened(input);
    } else if (input.kind === 'closed') this.metrics.connectionClosed();
    this.#engine.receive(input);
    for (let event = this.#engine.next(); event !== undefined; event = this.#engine.next())
      this.#spread(event, input.atUs);
    if (input.kind === 'closed') this.metrics.exported.closed(input.connection);
  }

  /** Exchanges that the source forwarded without showing them. */
  skipped(row: SkippedRow, atUs: number): void {
    this.metrics.skipped(row, atUs);
  }

  /** An event that the source itself observed (a listener opened, an upstream refused). */
  event(event: TrafficEvent): void {
    this.#spread(event, event.atUs);
  }

  /** Says that the doctor has no room for more. */
  #tellLimit(atUs: number): void {
    const detail = this.doctor.limits.next();
    if (detail === undefined) return;
    this.#spread({ kind: 'event', atUs, event: 'insight-limit', connection: null, detail: { ...detail } }, atUs);
  }

  #spread(event: EngineEvent, atUs: number): void {
    if (event.kind === 'started' && event.exchange.request !== null) this.metrics.started(event.exchange, atUs);
    else if (event.kind === 'completed') this.metrics.completed(event.exchange, atUs);
    else if (event.kind === 'event') this.pathLog.apply(event);
    this.summary.apply(event);
    this.store?.apply(event);
    for (const sink of this.#sinks) sink(event);
    const finding = this.doctor.take(event);
    if (finding !== null) this.#spread(finding, atUs);
    if (this.doctor.limits.isRinging) this.#tellLimit(atUs);
    if (this.#givesBack && event.kind === 'completed') this.#engine.keeper.releaseExchange(event.exchange);
  }
}
