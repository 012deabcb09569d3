import type { AskedFields } from './asked-fields.ts';
import type { Exchange } from './exchange.ts';
import { answerDepthMax } from './limits.ts';

/** An exchange taken from the table, and whether it was the oldest one waiting (it always is on a real broker). */
export interface Taken {
  readonly exchange: Exchange;
  readonly inOrder: boolean;
  /** What the request said that its answer is judged by; null for most APIs. */
  readonly asked: AskedFields | null;
}

/** Places a table begins with; it doubles when they are all taken. A power of two. */
const placesMin = 4;

/**
 * The requests of one connection that wait for their answer, oldest first. A broker answers strictly in order and
 * clients may reuse correlation ids, so the head is tried first and the id only checks it (PROTOCOL 4.1, 4.4).
 *
 * A ring: exchanges come and go by the million, and an array that shrinks and grows is made anew each time.
 */
export class CorrelationTable {
  readonly #limit: number;
  /** Each exchange, and beside it what it asked; an answer that overtook others leaves a hole. */
  #waiting: (Exchange | undefined)[] = [];
  #asked: (AskedFields | null)[] = [];
  /** Places used up since the beginning, and how many of them are behind; `places` of them are in the ring. */
  #head = 0;
  #tail = 0;
  #places = 0;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** More requests wait than an answer is looked for among. */
  get isDeep(): boolean {
    return this.#tail - this.#head > answerDepthMax;
  }

  /** Adds a request. Returns the oldest one when the limit forced it out. */
  put(exchange: Exchange, asked: AskedFields | null = null): Exchange | undefined {
    if (this.#tail - this.#head === this.#places) this.#grow();
    const at = this.#tail & (this.#places - 1);
    this.#waiting[at] = exchange;
    this.#asked[at] = asked;
    this.#tail += 1;
    this.#size += 1;
    if (this.#size <= this.#limit) return undefined;
    return this.shift();
  }

  /** The oldest request waiting, removed. */
  shift(): Exchange | undefined {
    const exchange = this.peek();
    if (exchange === undefined) return undefined;
    const at = this.#head & (this.#places - 1);
    this.#waiting[at] = undefined;
    this.#asked[at] = null;
    this.#head += 1;
    this.#size -= 1;
    return exchange;
  }

  /** The oldest request waiting. */
  peek(): Exchange | undefined {
    const last = this.#places - 1;
    while (this.#head < this.#tail) {
      const exchange = this.#waiting[this.#head & last];
      if (exchange !== undefined) return exchange;
      this.#head += 1;
    }
    return undefined;
  }

  /** The request that this correlation id would answer, left where it is. */
  find(correlationId: number): Exchange | undefined {
    const place = this.#placeOf(correlationId, this.#head);
    return place < 0 ? undefined : this.#waiting[place];
  }

  /** The request that this correlation id answers, removed; undefined for an orphan. */
  take(correlationId: number): Taken | undefined {
    const head = this.peek();
    if (head === undefined) return undefined;
    if (head.correlationId === correlationId) {
      const asked = this.#asked[this.#head & (this.#places - 1)] ?? null;
      this.shift();
      return { exchange: head, inOrder: true, asked };
    }
    const place = this.#placeOf(correlationId, this.#head + 1);
    const exchange = place < 0 ? undefined : this.#waiting[place];
    if (exchange === undefined) return undefined;
    const asked = this.#asked[place] ?? null;
    this.#waiting[place] = undefined;
    this.#asked[place] = null;
    this.#size -= 1;
    return { exchange, inOrder: false, asked };
  }

  /** Empties the table, oldest first. */
  drain(): Exchange[] {
    const rest: Exchange[] = [];
    for (let exchange = this.shift(); exchange !== undefined; exchange = this.shift()) rest.push(exchange);
    return rest;
  }

  /** Where in the ring the oldest request with an id is, from `first` on; -1 for nowhere near. */
  #placeOf(correlationId: number, first: number): number {
    const end = Math.min(this.#tail, this.#head + answerDepthMax);
    for (let index = first; index < end; index += 1) {
      const place = index & (this.#places - 1);
      if (this.#waiting[place]?.correlationId === correlationId) return place;
    }
    return -1;
  }

  /** Makes room, and lays what waits out from the beginning; holes stay. */
  #grow(): void {
    const count = this.#tail - this.#head;
    const places = Math.max(placesMin, this.#places * 2);
    const waiting = new Array<Exchange | undefined>(places).fill(undefined);
    const asked = new Array<AskedFields | null>(places).fill(null);
    for (let index = 0; index < count; index += 1) {
      const at = (this.#head + index) & (this.#places - 1);
      waiting[index] = this.#waiting[at];
      asked[index] = this.#asked[at] ?? null;
    }
    this.#waiting = waiting;
    this.#asked = asked;
    this.#places = places;
    this.#head = 0;
    this.#tail = count;
  }
}
