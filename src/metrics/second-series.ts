import { Histogram } from './histogram.ts';
import type { SecondFigures } from './metrics-snapshot.ts';
import { restartBehindSeconds } from './rates.ts';
import type { SkippedRow } from './skipped-traffic.ts';

/** Seconds of history kept. */
export const historySecondsMax = 300;

/** APIs with a column of their own in the series; later ones are only in the sums. */
export const seriesApisMax = 96;

/**
 * The last 300 seconds, one slot each, written in place. The percentiles of a second are fixed when the next one
 * begins, from one histogram that is used again and again; an exchange that ends in an older second than the newest
 * (a capture out of order) is counted there but no longer moves its percentiles.
 */
export class SecondSeries {
  readonly #requests = new Uint32Array(historySecondsMax);
  readonly #errors = new Uint32Array(historySecondsMax);
  readonly #requestBytes = new Float64Array(historySecondsMax);
  readonly #responseBytes = new Float64Array(historySecondsMax);
  readonly #byApi = new Uint32Array(historySecondsMax * seriesApisMax);
  readonly #p50Us = new Float64Array(historySecondsMax).fill(-1);
  readonly #p99Us = new Float64Array(historySecondsMax).fill(-1);
  readonly #latency = new Histogram();
  #newest = -1;
  #oldest = -1;

  /** Counts a request; `column` is the API's, or -1. */
  request(second: number, bytes: number, column: number): void {
    const slot = this.#slot(second);
    if (slot < 0) return;
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    this.#requestBytes[slot] = (this.#requestBytes[slot] ?? 0) + bytes;
    if (column >= 0 && column < seriesApisMax) {
      const cell = slot * seriesApisMax + column;
      this.#byApi[cell] = (this.#byApi[cell] ?? 0) + 1;
    }
  }

  /** Counts a response. */
  response(second: number, bytes: number, failed: boolean, workUs: number | null): void {
    const slot = this.#slot(second);
    if (slot < 0) return;
    this.#responseBytes[slot] = (this.#responseBytes[slot] ?? 0) + bytes;
    if (failed) this.#errors[slot] = (this.#errors[slot] ?? 0) + 1;
    if (workUs !== null && second === this.#newest) this.#latency.record(workUs);
  }

  /** Counts exchanges that were not looked at. */
  skipped(second: number, row: SkippedRow, column: number, withLatency: boolean): void {
    const slot = this.#slot(second);
    if (slot < 0) return;
    this.#requests[slot] = (this.#requests[slot] ?? 0) + row.requests;
    this.#requestBytes[slot] = (this.#requestBytes[slot] ?? 0) + row.requestBytes;
    this.#responseBytes[slot] = (this.#responseBytes[slot] ?? 0) + row.responseBytes;
    if (column >= 0 && column < seriesApisMax) {
      const cell = slot * seriesApisMax + column;
      this.#byApi[cell] = (this.#byApi[cell] ?? 0) + row.requests;
    }
    if (withLatency && second === this.#newest) this.#latency.merge(row.latency);
  }

  /** Every second from the oldest kept to `nowSecond`, without holes; `apiKeys[column]` is the API of a column. */
  figures(nowSecond: number, apiKeys: readonly number[]): SecondFigures[] {
    if (this.#newest < 0) return [];
    const end = Math.max(nowSecond, this.#newest);
    const seconds: SecondFigures[] = [];
    for (let second = Math.max(this.#oldest, end - historySecondsMax + 1); second <= end; second++) {
      seconds.push(this.#figuresOf(second, apiKeys));
    }
    return seconds;
  }

  #figuresOf(second: number, apiKeys: readonly number[]): SecondFigures {
    if (second > this.#newest || second <= this.#newest - historySecondsMax) {
      return { second, requests: 0, errors: 0, requestBytes: 0, responseBytes: 0, byApi: {}, p50Us: null, p99Us: null };
    }
    const slot = second % historySecondsMax;
    const byApi: Record<number, number> = {};
    for (let column = 0; column < Math.min(apiKeys.length, seriesApisMax); column++) {
      const count = this.#byApi[slot * seriesApisMax + column] ?? 0;
      const apiKey = apiKeys[column];
      if (count > 0 && apiKey !== undefined) byApi[apiKey] = count;
    }
    const current = second === this.#newest;
    return {
      second,
      requests: this.#requests[slot] ?? 0,
      errors: this.#errors[slot] ?? 0,
      requestBytes: this.#requestBytes[slot] ?? 0,
      responseBytes: this.#responseBytes[slot] ?? 0,
      byApi,
      p50Us: current ? this.#latency.percentile(0.5) : known(this.#p50Us[slot]),
      p99Us: current ? this.#latency.percentile(0.99) : known(this.#p99Us[slot]),
    };
  }

  /** Slot of a second, or -1 when it is older than the history. */
  #slot(second: number): number {
    if (second !== this.#newest) {
      if (second > this.#newest) this.#advance(second);
      else if (second <= this.#newest - restartBehindSeconds) this.#restart(second);
      else if (second <= this.#newest - historySecondsMax) return -1;
      else if (second < this.#oldest) this.#oldest = second;
    }
    return second % historySecondsMax;
  }

  #advance(second: number): void {
    if (this.#newest < 0) {
      this.#restart(second);
      return;
    }
    const finished = this.#newest % historySecondsMax;
    this.#p50Us[finished] = this.#latency.percentile(0.5) ?? -1;
    this.#p99Us[finished] = this.#latency.percentile(0.99) ?? -1;
    this.#latency.clear();
    const from = Math.max(this.#newest + 1, second - historySecondsMax + 1);
    for (let cleared = from; cleared <= second; cleared++) this.#clear(cleared % historySecondsMax);
    this.#newest = second;
    if (this.#oldest <= second - historySecondsMax) this.#oldest = second - historySecondsMax + 1;
  }

  #restart(second: number): void {
    for (let slot = 0; slot < historySecondsMax; slot++) this.#clear(slot);
    this.#latency.clear();
    this.#newest = second;
    this.#oldest = second;
  }

  #clear(slot: number): void {
    this.#requests[slot] = 0;
    this.#errors[slot] = 0;
    this.#requestBytes[slot] = 0;
    this.#responseBytes[slot] = 0;
    this.#byApi.fill(0, slot * seriesApisMax, (slot + 1) * seriesApisMax);
    this.#p50Us[slot] = -1;
    this.#p99Us[slot] = -1;
  }
}

function known(percentileUs: number | undefined): number | null {
  return percentileUs === undefined || percentileUs < 0 ? null : percentileUs;
}
