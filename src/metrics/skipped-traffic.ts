import { Histogram } from './histogram.ts';

/** What went by unseen of one API and version since it was last asked; sizes with the prefixes. */
export interface SkippedRow {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly requests: number;
  readonly responses: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** From a request's last byte to its response's first; valid until the next `take`. */
  readonly latency: Histogram;
}

class Row implements SkippedRow {
  readonly apiKey: number;
  readonly apiVersion: number;
  requests = 0;
  responses = 0;
  requestBytes = 0;
  responseBytes = 0;
  readonly latency = new Histogram();

  constructor(apiKey: number, apiVersion: number) {
    this.apiKey = apiKey;
    this.apiVersion = apiVersion;
  }

  clear(): void {
    this.requests = 0;
    this.responses = 0;
    this.requestBytes = 0;
    this.responseBytes = 0;
    this.latency.clear();
  }
}

/** Sums of what was skipped. */
export interface SkippedTotals {
  readonly requests: number;
  readonly responses: number;
  readonly bytes: number;
}

/**
 * Counts the exchanges that were forwarded without being looked at: how many, how large and how long they took, by API
 * and version. A few additions a message. The caller skips only versions it knows, which bounds the rows.
 */
export class SkippedTraffic {
  readonly #rows = new Map<number, Row>();
  #last = new Row(-1, -1);
  #requests = 0;
  #responses = 0;
  #bytes = 0;

  get totals(): SkippedTotals {
    return { requests: this.#requests, responses: this.#responses, bytes: this.#bytes };
  }

  request(apiKey: number, apiVersion: number, frameBytes: number): void {
    const row = this.#row(apiKey, apiVersion);
    row.requests += 1;
    row.requestBytes += frameBytes;
    this.#requests += 1;
    this.#bytes += frameBytes;
  }

  response(apiKey: number, apiVersion: number, frameBytes: number, latencyUs: number): void {
    const row = this.#row(apiKey, apiVersion);
    row.responses += 1;
    row.responseBytes += frameBytes;
    row.latency.record(latencyUs);
    this.#responses += 1;
    this.#bytes += frameBytes;
  }

  /** Hands out each row that counted something since the last call, and begins anew. */
  take(receive: (row: SkippedRow) => void): void {
    for (const row of this.#rows.values()) {
      if (row.requests === 0 && row.responses === 0) continue;
      receive(row);
      row.clear();
    }
  }

  #row(apiKey: number, apiVersion: number): Row {
    const last = this.#last;
    if (last.apiKey === apiKey && last.apiVersion === apiVersion) return last;
    const slot = (apiKey << 16) | apiVersion;
    let row = this.#rows.get(slot);
    if (row === undefined) {
      row = new Row(apiKey, apiVersion);
      this.#rows.set(slot, row);
    }
    this.#last = row;
    return row;
  }
}
