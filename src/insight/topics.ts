import type { EngineEvent } from '../exchange/event.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { topicsPerExchangeMax } from '../protocol/walk.ts';
import { ClientSet } from './client-set.ts';

/** Topics with a row of their own; the rest count into one row. */
export const topicsMax = 10_000;

const otherTopics = '(other topics)';
const produceKey = 0;
const fetchKey = 1;
const shareFetchKey = 78;

/** One direction of a topic's traffic. */
export interface TopicFlow {
  readonly requests: number;
  /** Records and bytes of exchanges about this topic alone; `shared` more exchanges carried several topics' records. */
  readonly records: number;
  readonly bytes: number;
  readonly shared: number;
  readonly clients: readonly string[];
  readonly moreClients: boolean;
}

export interface TopicFigures {
  readonly topic: string;
  readonly produced: TopicFlow;
  readonly fetched: TopicFlow;
  /** Exchanges about this topic whose answer held an error. */
  readonly errors: number;
}

class Flow {
  requests = 0;
  records = 0;
  bytes = 0;
  shared = 0;
  readonly clients = new ClientSet();

  add(exchange: Exchange): void {
    this.requests += 1;
    this.clients.add(exchange.clientId);
    if (exchange.records === null) return;
    if (exchange.topicCount > 1) {
      this.shared += 1;
      return;
    }
    this.records += exchange.records.count;
    this.bytes += exchange.records.bytes;
  }

  figures(): TopicFlow {
    const { names, more } = this.clients.list();
    const { requests, records, bytes, shared } = this;
    return { requests, records, bytes, shared, clients: names, moreClients: more };
  }
}

class Row {
  readonly produced = new Flow();
  readonly fetched = new Flow();
  errors = 0;
}

/** Who writes and who reads which topic. A fold over completed exchanges. */
export class Topics {
  readonly #rows = new Map<string, Row>();
  /** Exchanges about more topics than they list: the others have no part in them here. */
  exchangesPartlyCounted = 0;

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed') return;
    const { exchange } = event;
    if (exchange.topicCount > topicsPerExchangeMax) this.exchangesPartlyCounted += 1;
    for (const topic of exchange.topics) {
      const row = this.#row(topic);
      if (exchange.errors.length > 0) row.errors += 1;
      if (exchange.apiKey === produceKey) row.produced.add(exchange);
      else if (exchange.apiKey === fetchKey || exchange.apiKey === shareFetchKey) row.fetched.add(exchange);
    }
  };

  /** By bytes, then requests, descending. */
  list(): readonly TopicFigures[] {
    const figures = [...this.#rows].map(([topic, { produced, fetched, errors }]) => ({
      topic,
      produced: produced.figures(),
      fetched: fetched.figures(),
      errors,
    }));
    return figures.sort((a, b) => bytesOf(b) - bytesOf(a) || requestsOf(b) - requestsOf(a));
  }

  #row(topic: string): Row {
    const known = this.#rows.get(topic);
    if (known !== undefined) return known;
    const name = this.#rows.size >= topicsMax ? otherTopics : topic;
    const row = this.#rows.get(name) ?? new Row();
    this.#rows.set(name, row);
    return row;
  }
}

function bytesOf({ produced, fetched }: TopicFigures): number {
  return produced.bytes + fetched.bytes;
}

function requestsOf({ produced, fetched }: TopicFigures): number {
  return produced.requests + fetched.requests;
}
