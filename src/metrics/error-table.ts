import type { ErrorFact, Exchange } from '../exchange/exchange.ts';
import { apiName } from '../protocol/api-keys.ts';
import type { ErrorFigures } from './metrics-snapshot.ts';

interface ErrorRow {
  readonly code: number;
  readonly name: string;
  readonly apiKey: number | null;
  readonly clientId: string | null;
  count: number;
  firstUs: number;
  lastUs: number;
}

/** Everything about one code: its rows by API and client. */
interface CodeRows {
  readonly rows: ErrorRow[];
}

/**
 * Errors by code, API and client. An exchange counts once per code, however many partitions carry it, so that the
 * count answers "how many requests failed with this". Beyond `errorsMax` rows a code counts into one row without
 * API and client.
 */
export class ErrorTable {
  readonly #codes = new Map<number, CodeRows>();
  readonly #errorsMax: number;
  readonly #seen: number[] = [];
  #rowCount = 0;

  constructor(errorsMax: number) {
    this.#errorsMax = errorsMax;
  }

  /** Counts the errors of an answered exchange; `clientLabel` is the client's guarded label. */
  add(exchange: Exchange, clientLabel: string | null, nowUs: number): void {
    const seen = this.#seen;
    seen.length = 0;
    for (const error of exchange.errors) {
      if (seen.includes(error.code)) continue;
      seen.push(error.code);
      this.#count(error, exchange.apiKey, clientLabel, nowUs);
    }
  }

  /** All rows by count, descending. */
  figures(): ErrorFigures[] {
    const figures: ErrorFigures[] = [];
    for (const { rows } of this.#codes.values()) {
      for (const { apiKey, ...row } of rows) {
        figures.push({ ...row, apiName: apiKey === null ? null : apiName(apiKey) });
      }
    }
    return figures.sort((left, right) => right.count - left.count || left.code - right.code);
  }

  #count(error: ErrorFact, apiKey: number | null, clientId: string | null, nowUs: number): void {
    let code = this.#codes.get(error.code);
    if (code === undefined) {
      code = { rows: [] };
      this.#codes.set(error.code, code);
    }
    const row = this.#find(code, apiKey, clientId) ?? this.#add(code, error, apiKey, clientId, nowUs);
    row.count++;
    if (nowUs > row.lastUs) row.lastUs = nowUs;
    if (nowUs < row.firstUs) row.firstUs = nowUs;
  }

  #find(code: CodeRows, apiKey: number | null, clientId: string | null): ErrorRow | null {
    for (const row of code.rows) if (row.apiKey === apiKey && row.clientId === clientId) return row;
    return null;
  }

  #add(code: CodeRows, error: ErrorFact, apiKey: number | null, clientId: string | null, nowUs: number): ErrorRow {
    const full = this.#rowCount >= this.#errorsMax;
    if (full) {
      const rest = this.#find(code, null, null);
      if (rest !== null) return rest;
    }
    const row: ErrorRow = {
      code: error.code,
      name: error.name,
      apiKey: full ? null : apiKey,
      clientId: full ? null : clientId,
      count: 0,
      firstUs: nowUs,
      lastUs: nowUs,
    };
    code.rows.push(row);
    this.#rowCount++;
    return row;
  }
}
