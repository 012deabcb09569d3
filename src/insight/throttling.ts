import type { EngineEvent } from '../exchange/event.ts';
import { apiName } from '../protocol/api-keys.ts';

/** Pairs of client and API with a row of their own; the rest are counted together. */
const rowsMax = 5_000;

export interface ThrottleFigures {
  readonly clientId: string | null;
  readonly api: string;
  readonly responses: number;
  readonly totalMs: number;
  readonly maxMs: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/** Whom the brokers slow down by quota, and by how much (KIP-219). */
export class Throttling {
  readonly #rows = new Map<string, { -readonly [Name in keyof ThrottleFigures]: ThrottleFigures[Name] }>();

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed') return;
    const { exchange } = event;
    const throttleMs = exchange.throttleTimeMs ?? 0;
    if (throttleMs <= 0 || exchange.response === null) return;
    const isFull = this.#rows.size >= rowsMax;
    const clientId = isFull ? '(others)' : exchange.clientId;
    const api = isFull ? '' : (apiName(exchange.apiKey ?? -1) ?? `key ${exchange.apiKey ?? '?'}`);
    const key = `${api} ${clientId ?? ''}`;
    const atUs = exchange.response.lastByteUs;
    const row = this.#rows.get(key) ?? {
      clientId,
      api,
      responses: 0,
      totalMs: 0,
      maxMs: 0,
      firstUs: atUs,
      lastUs: atUs,
    };
    row.responses += 1;
    row.totalMs += throttleMs;
    row.maxMs = Math.max(row.maxMs, throttleMs);
    row.lastUs = atUs;
    this.#rows.set(key, row);
  };

  /** By total time, descending. */
  list(): readonly ThrottleFigures[] {
    return [...this.#rows.values()].sort((a, b) => b.totalMs - a.totalMs);
  }
}
