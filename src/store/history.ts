import type { Exchange } from '../exchange/exchange.ts';

/** Bytes of history kept by default (`--memory`). */
export const historyBytesMaxDefault = 256 * 1024 * 1024;

/**
 * What an exchange costs beside its two frames: its objects, strings and index entries on the heap.
 * Measured with `npm run bench -- memory`; the bound counts it so that many small exchanges are bounded too.
 */
export const exchangeOverheadBytes = 1_500;

const slotsAtStart = 1024;

/**
 * The exchanges of this run, oldest first, bounded by bytes. Sequence numbers have no holes, so an exchange is found
 * by subtraction and dropping the oldest costs the same with a million as with a hundred.
 */
export class History {
  readonly bytesMax: number;
  #slots: (Exchange | undefined)[] = new Array(slotsAtStart);
  /** What each slot was charged; an exchange changes under our hands, the charge must not. */
  #charges = new Float64Array(slotsAtStart);
  #firstSeq = 1;
  #endSeq = 1;
  #bytes = 0;
  #dropped = 0;

  readonly #onDropped: (exchange: Exchange) => void;

  /** `onDropped` gets each exchange that leaves, for good. */
  constructor(bytesMax: number, onDropped: (exchange: Exchange) => void = () => undefined) {
    this.bytesMax = bytesMax;
    this.#onDropped = onDropped;
  }

  /** Oldest sequence number kept, and one past the newest. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  get endSeq(): number {
    return this.#endSeq;
  }

  get size(): number {
    return this.#endSeq - this.#firstSeq;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Exchanges dropped by the limit since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  get(seq: number): Exchange | undefined {
    if (seq < this.#firstSeq || seq >= this.#endSeq) return undefined;
    return this.#slots[seq & (this.#slots.length - 1)];
  }

  /** Adds the next exchange; its `seq` must follow the newest one. Returns how many old ones were dropped for it. */
  add(exchange: Exchange): number {
    if (exchange.seq !== this.#endSeq) this.#restartAt(exchange.seq);
    if (this.size === this.#slots.length) this.#grow();
    const bytes =
      exchangeOverheadBytes + (exchange.request?.bytes.length ?? 0) + (exchange.response?.bytes.length ?? 0);
    const slot = exchange.seq & (this.#slots.length - 1);
    this.#slots[slot] = exchange;
    this.#charges[slot] = bytes;
    this.#endSeq = exchange.seq + 1;
    this.#bytes += bytes;
    return this.#trim();
  }

  /** Accounts for bytes that an exchange gained after it was added (its response). */
  grew(exchange: Exchange, bytes: number): number {
    if (this.get(exchange.seq) !== exchange) return 0;
    const slot = exchange.seq & (this.#slots.length - 1);
    this.#charges[slot] = (this.#charges[slot] ?? 0) + bytes;
    this.#bytes += bytes;
    return this.#trim();
  }

  /** Forgets everything, keeps the numbering. */
  clear(): void {
    this.#slots = new Array(slotsAtStart);
    this.#charges = new Float64Array(slotsAtStart);
    this.#firstSeq = this.#endSeq;
    this.#bytes = 0;
  }

  /** The newest exchange always stays, however large, so that a person sees what just happened. */
  #trim(): number {
    let dropped = 0;
    while (this.#bytes > this.bytesMax && this.size > 1) {
      const slot = this.#firstSeq & (this.#slots.length - 1);
      const oldest = this.#slots[slot];
      this.#slots[slot] = undefined;
      this.#bytes -= this.#charges[slot] ?? 0;
      this.#firstSeq += 1;
      if (oldest !== undefined) this.#onDropped(oldest);
      dropped += 1;
    }
    this.#dropped += dropped;
    return dropped;
  }

  #restartAt(seq: number): void {
    this.clear();
    this.#firstSeq = seq;
    this.#endSeq = seq;
  }

  #grow(): void {
    const larger: (Exchange | undefined)[] = new Array(this.#slots.length * 2);
    const charges = new Float64Array(larger.length);
    for (let seq = this.#firstSeq; seq < this.#endSeq; seq++) {
      const slot = seq & (this.#slots.length - 1);
      larger[seq & (larger.length - 1)] = this.#slots[slot];
      charges[seq & (larger.length - 1)] = this.#charges[slot] ?? 0;
    }
    this.#slots = larger;
    this.#charges = charges;
  }
}
