import type { Exchange } from '../exchange/exchange.ts';
import type { CompiledFilter, FilterContext } from '../filter/compile.ts';
import type { History } from './history.ts';

/** Exchanges tested per step while a new filter runs over the history, so that a step stays well below a frame. */
const scanStepExchanges = 2_000;

/** Dropped numbers are taken away from this many on. */
const goneMin = 1_024;

/**
 * The exchanges that match a filter, in order, addressed by absolute positions that are never reused. Without a
 * filter positions are sequence numbers and the view holds nothing; with one it keeps the matching numbers.
 */
export class View {
  readonly text: string;
  readonly markedOnly: boolean;
  readonly #history: History;
  readonly #filter: CompiledFilter | null;
  readonly #context: FilterContext;
  /** Matching numbers; those before `#gone` were dropped and go when they are half of it. */
  #seqs: number[] = [];
  #gone = 0;
  /** Position of `#seqs[0]`. */
  #base = 0;
  /** Next sequence number the scan over old exchanges has to test; null when it is done. */
  #scanSeq: number | null;

  constructor(
    history: History,
    text: string,
    filter: CompiledFilter | null,
    markedOnly: boolean,
    context: FilterContext,
  ) {
    this.#history = history;
    this.text = text;
    this.#filter = filter;
    this.markedOnly = markedOnly;
    this.#context = context;
    this.#scanSeq = filter === null && !markedOnly ? null : history.firstSeq;
  }

  get #isWhole(): boolean {
    return this.#filter === null && !this.markedOnly;
  }

  get firstPosition(): number {
    return this.#isWhole ? this.#history.firstSeq : this.#base + this.#gone;
  }

  get endPosition(): number {
    return this.#isWhole ? this.#history.endSeq : this.#base + this.#seqs.length;
  }

  /** How far the scan of old exchanges is; null when it is done. */
  get progress(): { readonly scanned: number; readonly total: number } | null {
    if (this.#scanSeq === null) return null;
    return { scanned: this.#scanSeq - this.#history.firstSeq, total: this.#history.size };
  }

  /** Sequence number at an absolute position. */
  seqAt(position: number): number | undefined {
    return this.#isWhole ? position : this.#seqs[position - this.#base];
  }

  /** Tests one step of old exchanges. Returns true while more is left. */
  advance(): boolean {
    if (this.#scanSeq === null) return false;
    const start = Math.max(this.#scanSeq, this.#history.firstSeq);
    const end = Math.min(this.#history.endSeq, start + scanStepExchanges);
    for (let seq = start; seq < end; seq++) {
      const exchange = this.#history.get(seq);
      if (exchange !== undefined && this.#matches(exchange)) this.#seqs.push(seq);
    }
    this.#scanSeq = end >= this.#history.endSeq ? null : end;
    return this.#scanSeq !== null;
  }

  /** A new or changed exchange: joins the view when it matches now. Exchanges never leave a view by changing. */
  offer(exchange: Exchange): void {
    if (this.#isWhole || (this.#scanSeq !== null && exchange.seq >= this.#scanSeq)) return;
    if (this.#matches(exchange)) this.#insert(exchange.seq);
  }

  /** Old exchanges were dropped from the history: their positions end. */
  trim(): void {
    if (this.#isWhole) return;
    const seqs = this.#seqs;
    while (this.#gone < seqs.length && (seqs[this.#gone] ?? 0) < this.#history.firstSeq) this.#gone += 1;
    // Every drop trims: to move all that is left each time would cost as much as the history is long.
    if (this.#gone < goneMin || this.#gone * 2 < seqs.length) return;
    this.#seqs = seqs.slice(this.#gone);
    this.#base += this.#gone;
    this.#gone = 0;
  }

  #insert(seq: number): void {
    let index = this.#seqs.length;
    while (index > this.#gone && (this.#seqs[index - 1] ?? 0) > seq) index -= 1;
    if (index > this.#gone && this.#seqs[index - 1] === seq) return;
    if (index === this.#seqs.length) this.#seqs.push(seq);
    else this.#seqs.splice(index, 0, seq);
  }

  #matches(exchange: Exchange): boolean {
    if (this.markedOnly && !this.#context.isMarked(exchange.seq)) return false;
    return this.#filter === null || this.#filter.matches(exchange, this.#context);
  }
}
