import type { Exchange } from '../exchange/exchange.ts';
import { FrameKeeper } from '../exchange/frame-keeper.ts';
import { PackedPage, pageExchanges, type RareFacts, rowBytes } from './packed-page.ts';
import { SharedFactsTable, sharedFactsBytes } from './shared-facts.ts';

/** Bytes of history kept by default (`--memory`). */
export const historyBytesMaxDefault = 256 * 1024 * 1024;

/**
 * What a final exchange costs beside its two frames and beside what it is the first to say (`sharedFactsBytes`).
 * Measured with `npm run bench -- memory`; the bound counts it so that many small exchanges are bounded too.
 */
export const exchangeOverheadBytes: number = rowBytes + 17;

/** What an exchange in flight costs beside its request: it is an object with all that hangs on it. */
export const inFlightOverheadBytes = 1_000;

/** Bytes of an error entry or an opaque message beside its texts. */
const rareBytes = 160;

/** Emptied pages kept to be filled again. */
const freePagesMax = 2;

/**
 * The exchanges of this run, oldest first, bounded by bytes. Sequence numbers have no holes, so an exchange is found
 * by subtraction, and adding, packing and dropping one costs the same with a million as with a hundred.
 */
export class History {
  readonly bytesMax: number;
  readonly #keeper: FrameKeeper;
  readonly #sharedFacts = new SharedFactsTable();
  #pages: PackedPage[] = [];
  /** Number of the page that `#pages[0]` is: page `n` has the exchanges from `n * pageExchanges`. */
  #firstPage = 0;
  readonly #freePages: PackedPage[] = [];
  #firstSeq = 1;
  #endSeq = 1;
  #bytes = 0;
  #dropped = 0;

  /** `keeper` has the frames of the exchanges; those that leave give them back. */
  constructor(bytesMax: number, keeper: FrameKeeper = new FrameKeeper()) {
    this.bytesMax = bytesMax;
    this.#keeper = keeper;
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

  /** An exchange: itself while it is in flight, then an equal one made for the caller, whose bytes end with the call. */
  get(seq: number): Exchange | undefined {
    if (seq < this.#firstSeq || seq >= this.#endSeq) return undefined;
    const page = this.#page(seq);
    const row = rowOf(seq);
    return page?.inFlight(row) ?? page?.unpack(row, seq, this.#keeper);
  }

  /** Adds the next exchange, not yet final; its `seq` must follow the newest one. Returns how many were dropped for it. */
  add(exchange: Exchange): number {
    const { seq } = exchange;
    if (seq !== this.#endSeq) this.#restartAt(seq);
    let page = this.#page(seq);
    if (page === undefined) page = this.#addPage(seq);
    const row = rowOf(seq);
    const bytes = inFlightOverheadBytes + bytesOf(exchange);
    page.putInFlight(row, exchange);
    page.setCharge(row, bytes);
    this.#endSeq = seq + 1;
    this.#bytes += bytes;
    return this.#trim();
  }

  /**
   * Packs an exchange that has become final. Returns how many were dropped for it, or null when it is no longer here:
   * then nobody needs its frames any more.
   */
  complete(exchange: Exchange): number | null {
    const { seq } = exchange;
    if (seq < this.#firstSeq || seq >= this.#endSeq) return null;
    const page = this.#page(seq);
    const row = rowOf(seq);
    if (page === undefined || page.inFlight(row) !== exchange) return null;
    const shared = this.#sharedFacts.of(exchange, this.#firstSeq);
    const rare = page.pack(row, exchange, shared, this.#keeper);
    let bytes = exchangeOverheadBytes + bytesOf(exchange);
    if (shared.chargedSeq === seq) bytes += sharedFactsBytes(shared);
    if (rare !== null) bytes += rareFactsBytes(rare);
    this.#bytes += bytes - page.chargeOf(row);
    page.setCharge(row, bytes);
    return this.#trim();
  }

  /** Forgets everything, keeps the numbering. */
  clear(): void {
    while (this.#firstSeq < this.#endSeq) this.#dropOldest();
    this.#pages = [];
    this.#sharedFacts.clear();
    this.#bytes = 0;
  }

  #page(seq: number): PackedPage | undefined {
    return this.#pages[pageOf(seq) - this.#firstPage];
  }

  #addPage(seq: number): PackedPage {
    const page = this.#freePages.pop() ?? new PackedPage();
    if (this.#pages.length === 0) this.#firstPage = pageOf(seq);
    this.#pages.push(page);
    return page;
  }

  /** The newest exchange always stays, however large, so that a person sees what just happened. */
  #trim(): number {
    if (this.#bytes <= this.bytesMax) return 0;
    let dropped = 0;
    while (this.#bytes > this.bytesMax && this.size > 1) {
      this.#dropOldest();
      dropped += 1;
    }
    this.#dropped += dropped;
    return dropped;
  }

  #dropOldest(): void {
    const seq = this.#firstSeq;
    const page = this.#page(seq);
    this.#firstSeq = seq + 1;
    if (page === undefined) return;
    const row = rowOf(seq);
    this.#bytes -= page.chargeOf(row);
    const inFlight = page.inFlight(row);
    if (inFlight !== null) this.#moveOut(inFlight);
    page.clear(row, this.#keeper);
    if (row !== pageExchanges - 1) return;
    this.#pages.shift();
    this.#firstPage += 1;
    if (this.#freePages.length < freePagesMax) this.#freePages.push(page);
  }

  /** What waits for its answer outside of the history must not keep a whole slab of what was dropped. */
  #moveOut(exchange: Exchange): void {
    const { request } = exchange;
    if (request === null) return;
    exchange.request = { ...request, bytes: new Uint8Array(request.bytes) };
    this.#keeper.release(request.bytes);
  }

  #restartAt(seq: number): void {
    this.clear();
    this.#firstSeq = seq;
    this.#endSeq = seq;
  }
}

function pageOf(seq: number): number {
  return Math.floor(seq / pageExchanges);
}

function rowOf(seq: number): number {
  return seq & (pageExchanges - 1);
}

function bytesOf(exchange: Exchange): number {
  const { request, response } = exchange;
  return (request === null ? 0 : request.bytes.length) + (response === null ? 0 : response.bytes.length);
}

function rareFactsBytes({ errors, requestOpaque, responseOpaque }: RareFacts): number {
  let bytes = rareBytes;
  for (const error of errors) bytes += rareBytes + error.path.length + (error.message?.length ?? 0);
  if (requestOpaque !== null) bytes += rareBytes + requestOpaque.detail.length;
  if (responseOpaque !== null) bytes += rareBytes + responseOpaque.detail.length;
  return bytes;
}
