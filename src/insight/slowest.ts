import type { EngineEvent } from '../exchange/event.ts';
import { apiName } from '../protocol/api-keys.ts';

/** One of the slowest exchanges; times in µs, deliberate waits not counted. */
export interface SlowExchange {
  readonly seq: number;
  readonly workUs: number;
  readonly waitUs: number;
  readonly queuedUs: number;
  readonly api: string;
  readonly clientId: string | null;
  readonly broker: string;
  readonly topics: readonly string[];
  readonly error: string | null;
}

/** Keeps the exchanges that took longest, waits that were asked for left out: quiet is not slow. */
export class SlowestExchanges {
  readonly #max: number;
  #rows: SlowExchange[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed') return;
    const { exchange } = event;
    const { brokerUs, queuedUs, waitUs } = exchange.timing;
    if (brokerUs === null || queuedUs === null) return;
    const workUs = brokerUs + queuedUs;
    const last = this.#rows[this.#rows.length - 1];
    if (this.#rows.length >= this.#max && last !== undefined && workUs <= last.workUs) return;
    const name = exchange.apiKey === null ? 'SASL token' : (apiName(exchange.apiKey) ?? `key ${exchange.apiKey}`);
    this.#rows.push({
      seq: exchange.seq,
      workUs,
      waitUs: waitUs ?? 0,
      queuedUs,
      api: exchange.apiVersion === null ? name : `${name} v${exchange.apiVersion}`,
      clientId: exchange.clientId,
      broker: exchange.connection.broker,
      topics: exchange.topics,
      error: exchange.errors[0]?.name ?? null,
    });
    this.#rows.sort((a, b) => b.workUs - a.workUs);
    if (this.#rows.length > this.#max) this.#rows.length = this.#max;
  };

  /** Slowest first. */
  list(): readonly SlowExchange[] {
    return this.#rows;
  }
}
