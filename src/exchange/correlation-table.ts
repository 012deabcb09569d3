import type { AskedFields } from './asked-fields.ts';
import type { Exchange } from './exchange.ts';

/** How far behind the oldest request an answer is looked for; a stranger's ids must not cost a walk of the table. */
const searchDepthMax = 1024;

/** An exchange taken from the table, and whether it was the oldest one waiting (it always is on a real broker). */
export interface Taken {
  readonly exchange: Exchange;
  readonly inOrder: boolean;
  /** What the request said that its answer is judged by; null for most APIs. */
  readonly asked: AskedFields | null;
}

/**
 * The requests of one connection that wait for their answer, oldest first. A broker answers strictly in order and
 * clients may reuse correlation ids, so the head is tried first and the id only checks it (PROTOCOL 4.1, 4.4).
 */
export class CorrelationTable {
  readonly #limit: number;
  #waiting: (Exchange | undefined)[] = [];
  /** Beside each exchange what it asked. */
  #asked: (AskedFields | null)[] = [];
  #head = 0;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a request. Returns the oldest one when the limit forced it out. */
  put(exchange: Exchange, asked: AskedFields | null = null): Exchange | undefined {
    this.#waiting.push(exchange);
    this.#asked.push(asked);
    this.#size += 1;
    if (this.#size <= this.#limit) return undefined;
    return this.shift();
  }

  /** The oldest request waiting, removed. */
  shift(): Exchange | undefined {
    const exchange = this.peek();
    if (exchange === undefined) return undefined;
    this.#waiting[this.#head] = undefined;
    this.#head += 1;
    this.#size -= 1;
    this.#compact();
    return exchange;
  }

  /** The oldest request waiting. */
  peek(): Exchange | undefined {
    while (this.#head < this.#waiting.length && this.#waiting[this.#head] === undefined) this.#head += 1;
    return this.#waiting[this.#head];
  }

  /** The request that this correlation id would answer, left where it is. */
  find(correlationId: number): Exchange | undefined {
    const end = Math.min(this.#waiting.length, this.#head + searchDepthMax);
    for (let index = this.#head; index < end; index++) {
      const exchange = this.#waiting[index];
      if (exchange !== undefined && exchange.correlationId === correlationId) return exchange;
    }
    return undefined;
  }

  /** The request that this correlation id answers, removed; undefined for an orphan. */
  take(correlationId: number): Taken | undefined {
    const head = this.peek();
    if (head === undefined) return undefined;
    if (head.correlationId === correlationId) {
      const asked = this.#asked[this.#head] ?? null;
      this.shift();
      return { exchange: head, inOrder: true, asked };
    }
    const end = Math.min(this.#waiting.length, this.#head + searchDepthMax);
    for (let index = this.#head + 1; index < end; index++) {
      const exchange = this.#waiting[index];
      if (exchange === undefined || exchange.correlationId !== correlationId) continue;
      this.#waiting[index] = undefined;
      this.#size -= 1;
      return { exchange, inOrder: false, asked: this.#asked[index] ?? null };
    }
    return undefined;
  }

  /** Empties the table, oldest first. */
  drain(): Exchange[] {
    const rest: Exchange[] = [];
    for (let exchange = this.shift(); exchange !== undefined; exchange = this.shift()) rest.push(exchange);
    return rest;
  }

  #compact(): void {
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#asked.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#asked = this.#asked.slice(this.#head);
      this.#head = 0;
    }
  }
}
