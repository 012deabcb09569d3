import { decodedBody } from '../exchange/bodies.ts';
import type { EngineEvent } from '../exchange/event.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { FrameKeeper } from '../exchange/frame-keeper.ts';
import { compileFilter, type FilterContext } from '../filter/compile.ts';
import { detailOf } from './detail.ts';
import { History } from './history.ts';
import { rowOf } from './row.ts';
import type { DetailSnapshot, ListRequest, ListSnapshot } from './snapshot.ts';
import { View } from './view.ts';

/** Exchanges a person can mark in one run. */
export const marksMax = 10_000;

/** Steps of a filter scan done for one snapshot, so that a new filter shows its first rows at once. */
const scanStepsPerSnapshot = 4;

/** The bounded history with one filtered view on it: what the screens read. */
export class TrafficStore {
  readonly history: History;
  readonly #keeper: FrameKeeper;
  readonly #marks = new Set<number>();
  /** Exchanges that were not marked because `marksMax` others are. */
  marksRefused = 0;
  readonly #context: { isMarked(seq: number): boolean; decodedBody: FilterContext['decodedBody']; nowUs: number };
  #view: View;
  #viewError: { readonly text: string; readonly message: string; readonly column: number } | null = null;

  /** `keeper` has the frames of the exchanges, and gets those back that the limit pushes out. */
  constructor(historyBytesMax: number, keeper: FrameKeeper = new FrameKeeper()) {
    this.#keeper = keeper;
    this.history = new History(historyBytesMax, keeper);
    this.#context = { isMarked: (seq) => this.#marks.has(seq), decodedBody, nowUs: 0 };
    this.#view = new View(this.history, '', null, false, this.#context);
  }

  /** Takes what the engine found. */
  apply(event: EngineEvent): void {
    if (event.kind === 'event') return;
    const { exchange } = event;
    const dropped = event.kind === 'started' ? this.history.add(exchange) : this.history.complete(exchange);
    if (dropped === null) {
      this.#keeper.releaseExchange(exchange);
      return;
    }
    if (dropped > 0) this.#view.trim();
    this.#view.offer(exchange);
  }

  mark(seq: number, marked: boolean): void {
    if (!marked) this.#marks.delete(seq);
    else if (this.#marks.size < marksMax) this.#marks.add(seq);
    else if (!this.#marks.has(seq)) this.marksRefused += 1;
  }

  isMarked(seq: number): boolean {
    return this.#marks.has(seq);
  }

  /** Takes the marks of an earlier reading of the same capture: its exchanges have the same numbers. */
  takeMarks(before: TrafficStore | null): void {
    if (before !== null) for (const seq of before.#marks) this.#marks.add(seq);
  }

  clear(): void {
    this.history.clear();
    this.#marks.clear();
    this.#view = this.#newView(this.#view.text, this.#view.markedOnly) ?? this.#view;
  }

  /** The rows asked for. A filter that does not compile keeps the old view and says where it is wrong. */
  list(request: ListRequest, nowUs: number): ListSnapshot {
    this.#context.nowUs = nowUs;
    this.#switchTo(request);
    for (let step = 0; step < scanStepsPerSnapshot && this.#view.advance(); step++);
    const view = this.#view;
    const first = view.firstPosition;
    const end = view.endPosition;
    const wanted = request.from === 'end' ? end - request.count : request.from;
    const from = Math.max(first, Math.min(wanted, end - 1));
    const rows = [];
    for (let position = from; position < Math.min(end, from + request.count); position++) {
      const seq = view.seqAt(position);
      const exchange = seq === undefined ? undefined : this.history.get(seq);
      if (exchange !== undefined) rows.push(rowOf(exchange, position, this.#marks.has(exchange.seq)));
    }
    const error = this.#viewError !== null && this.#viewError.text === request.filter ? this.#viewError : null;
    return {
      filter: view.text,
      filterError: error === null ? null : { message: error.message, column: error.column },
      filtering: view.progress,
      firstPosition: first,
      endPosition: end,
      rows,
    };
  }

  /** The panes of one exchange, keys and values of records only where wanted; null when it was dropped from the history. */
  detail(seq: number, recordContents = false): DetailSnapshot | null {
    const exchange = this.exchange(seq);
    return exchange === undefined ? null : detailOf(exchange, seq, this.#marks.has(seq), recordContents);
  }

  exchange(seq: number): Exchange | undefined {
    return this.history.get(seq);
  }

  #switchTo(request: ListRequest): void {
    if (request.filter === this.#view.text && request.markedOnly === this.#view.markedOnly) return;
    if (this.#viewError !== null && this.#viewError.text === request.filter) return;
    const view = this.#newView(request.filter, request.markedOnly);
    if (view !== null) this.#view = view;
  }

  #newView(text: string, markedOnly: boolean): View | null {
    this.#viewError = null;
    if (text.trim() === '') return new View(this.history, text, null, markedOnly, this.#context);
    const compiled = compileFilter(text);
    if (compiled.ok) return new View(this.history, text, compiled, markedOnly, this.#context);
    this.#viewError = { text, message: compiled.message, column: compiled.column };
    return null;
  }
}
