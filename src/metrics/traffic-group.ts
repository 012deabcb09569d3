import type { Exchange } from '../exchange/exchange.ts';
import { Histogram } from './histogram.ts';
import type { Percentiles, TrafficFigures } from './metrics-snapshot.ts';
import { RateRing } from './rates.ts';
import type { SkippedRow } from './skipped-traffic.ts';

const noPercentiles: Percentiles = Object.freeze({ count: 0, p50Us: null, p95Us: null, p99Us: null, maxUs: null });

/** The figures of a histogram that screens and summaries show. */
export function percentilesOf(histogram: Histogram | null): Percentiles {
  if (histogram === null || histogram.count === 0) return noPercentiles;
  return {
    count: histogram.count,
    p50Us: histogram.percentile(0.5),
    p95Us: histogram.percentile(0.95),
    p99Us: histogram.percentile(0.99),
    maxUs: histogram.max,
  };
}

/** Latency without deliberate waits (queued + broker), microseconds; null when unknown. */
export function workUsOf(exchange: Exchange): number | null {
  const { latencyUs, waitUs } = exchange.timing;
  if (latencyUs === null) return null;
  return waitUs === null ? latencyUs : latencyUs - waitUs;
}

/**
 * Running figures of one group of exchanges: everything, an API, a version, a client, a broker. Counting an exchange
 * costs a few additions and no allocation; the wait histogram is made when something first waited.
 */
export class TrafficGroup {
  requests = 0;
  responses = 0;
  errors = 0;
  requestBytes = 0;
  responseBytes = 0;
  inFlight = 0;
  throttledResponses = 0;
  throttleMs = 0;
  readonly #rate = new RateRing();
  readonly #latency = new Histogram();
  #wait: Histogram | null = null;

  /** Counts a request in the given second. */
  started(exchange: Exchange, second: number): void {
    this.requests++;
    this.inFlight++;
    if (exchange.request !== null) this.requestBytes += exchange.request.sizeBytes;
    this.#rate.add(second);
  }

  /** Counts the fate of a request, or an orphan's response; `workUs` is `workUsOf(exchange)`. */
  completed(exchange: Exchange, workUs: number | null): void {
    if (exchange.request !== null) this.inFlight--;
    const response = exchange.response;
    if (response === null) return;
    this.responses++;
    this.responseBytes += response.sizeBytes;
    if (exchange.errors.length > 0) this.errors++;
    if (workUs !== null) this.#latency.record(workUs);
    const waitUs = exchange.timing.waitUs;
    if (waitUs !== null && waitUs > 0) {
      this.#wait ??= new Histogram();
      this.#wait.record(waitUs);
    }
    const throttleTimeMs = exchange.throttleTimeMs;
    if (throttleTimeMs !== null && throttleTimeMs > 0) {
      this.throttledResponses++;
      this.throttleMs += throttleTimeMs;
    }
  }

  /** Counts exchanges that were not looked at; their latencies too, unless a part of them may be deliberate. */
  skipped(row: SkippedRow, second: number, withLatency: boolean): void {
    this.requests += row.requests;
    this.responses += row.responses;
    this.requestBytes += row.requestBytes;
    this.responseBytes += row.responseBytes;
    this.#rate.add(second, row.requests);
    if (withLatency) this.#latency.merge(row.latency);
  }

  /** The figures as plain data; `sinceUs` is when counting began, so that young rates are not too small. */
  figures(nowUs: number, sinceUs: number): TrafficFigures {
    return {
      requests: this.requests,
      responses: this.responses,
      errors: this.errors,
      requestBytes: this.requestBytes,
      responseBytes: this.responseBytes,
      inFlight: this.inFlight,
      rate10s: this.#rate.perSecond(nowUs, 10, sinceUs),
      rate60s: this.#rate.perSecond(nowUs, 60, sinceUs),
      latency: percentilesOf(this.#latency),
      wait: percentilesOf(this.#wait),
      throttledResponses: this.throttledResponses,
      throttleMs: this.throttleMs,
    };
  }
}
