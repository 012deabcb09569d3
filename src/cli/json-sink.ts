import type { EngineEvent, TrafficEvent } from '../exchange/event.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { eventLine, exchangeLine, type LineOptions } from '../export/ndjson.ts';
import type { CompiledFilter } from '../filter/compile.ts';
import { nowUs } from '../proxy/clock.ts';
import { commandFilterContext } from './filter-flag.ts';
import type { LineOutput } from './line-output.ts';

/** Exchanges waiting to be printed while the data path is busy; a live proxy drops beyond it. */
const backlogExchangesMax = 20_000;
const sliceMs = 4;

/** Prints what the engine finds as CONTRACT's lines. */
export class JsonSink {
  readonly #output: LineOutput;
  readonly #options: LineOptions;
  readonly #filter: CompiledFilter | null;
  readonly #live: { onDropped(lines: number): void } | null;
  #backlog: (Exchange | TrafficEvent)[] = [];
  #taken = 0;
  #scheduled = false;
  #droppedSinceEvent = 0;

  /** `live` makes the sink drop, loudly, instead of waiting: printing never holds the data path. */
  constructor(
    output: LineOutput,
    options: LineOptions,
    filter: CompiledFilter | null,
    live: { onDropped(lines: number): void } | null,
  ) {
    this.#output = output;
    this.#options = options;
    this.#filter = filter;
    this.#live = live;
  }

  readonly take = (event: EngineEvent): void => {
    if (event.kind === 'started') return;
    const item = event.kind === 'completed' ? event.exchange : event;
    if (this.#live === null) {
      this.#print(item);
      return;
    }
    if (this.#output.isFull || this.#backlog.length - this.#taken >= backlogExchangesMax) {
      this.#droppedSinceEvent += 1;
      this.#live.onDropped(1);
      return;
    }
    this.#backlog.push(item);
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#slice());
    }
  };

  /** Prints what waits, however long it takes: the run is over. */
  finish(atUs: number): void {
    for (; this.#taken < this.#backlog.length; this.#taken++) this.#printAt(this.#taken);
    this.#announceDropped(atUs);
  }

  #slice(): void {
    const end = performance.now() + sliceMs;
    while (this.#taken < this.#backlog.length && performance.now() < end) {
      this.#printAt(this.#taken);
      this.#taken += 1;
    }
    if (this.#taken < this.#backlog.length) {
      if (this.#taken > 4096) {
        this.#backlog = this.#backlog.slice(this.#taken);
        this.#taken = 0;
      }
      setImmediate(() => this.#slice());
      return;
    }
    this.#backlog = [];
    this.#taken = 0;
    this.#scheduled = false;
    if (this.#droppedSinceEvent > 0) this.#announceDropped(nowUs());
  }

  #announceDropped(atUs: number): void {
    if (this.#droppedSinceEvent === 0) return;
    const lines = this.#droppedSinceEvent;
    this.#droppedSinceEvent = 0;
    const detail = { lines, message: `the reader of the output is too slow: ${lines} lines were dropped` };
    this.#output.write(eventLine({ kind: 'event', atUs, event: 'dropped', connection: null, detail }));
  }

  #printAt(index: number): void {
    const item = this.#backlog[index];
    if (item !== undefined) this.#print(item);
  }

  #print(item: Exchange | TrafficEvent): void {
    if ('kind' in item) this.#output.write(eventLine(item));
    else if (this.#filter === null || this.#filter.matches(item, commandFilterContext(item))) {
      this.#output.write(exchangeLine(item, this.#options));
    }
  }
}
