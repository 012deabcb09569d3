import type { ConnectionFacts } from '../exchange/exchange.ts';
import type { ConnectionOpened } from '../wire/segment.ts';
import type { ConnectionFigures } from './metrics-snapshot.ts';

/** Connections listed one by one; further ones are only counted. */
export const connectionsListedMax = 20_000;

/** A connection that is open, and what ran over it. */
export interface OpenConnection {
  readonly opened: ConnectionOpened;
  /** Learned from its traffic; null until a first request was seen. */
  facts: ConnectionFacts | null;
  clientId: string | null;
  requests: number;
  inFlight: number;
  /** Bytes of whole messages with their size prefixes. */
  requestBytes: number;
  responseBytes: number;
}

/** A part of the list: rows of open connections, oldest first. */
export interface ConnectionWindow {
  readonly total: number;
  /** Open connections that the list has no room for. */
  readonly unlisted: number;
  readonly from: number;
  readonly rows: readonly ConnectionFigures[];
  /** Place of the connection that was asked to be kept; null when it is gone. */
  readonly keptAt: number | null;
}

/** The open connections of a run. A screen takes the rows it shows. */
export class ConnectionBook {
  readonly #open = new Map<number, OpenConnection>();
  #unlisted = 0;

  get(connection: number): OpenConnection | undefined {
    return this.#open.get(connection);
  }

  /** Open connections, listed or not. */
  get size(): number {
    return this.#open.size + this.#unlisted;
  }

  opened(opened: ConnectionOpened): void {
    if (this.#open.size >= connectionsListedMax) {
      this.#unlisted += 1;
      return;
    }
    this.#open.set(opened.connection, {
      opened,
      facts: null,
      clientId: null,
      requests: 0,
      inFlight: 0,
      requestBytes: 0,
      responseBytes: 0,
    });
  }

  closed(connection: number): void {
    if (!this.#open.delete(connection) && this.#unlisted > 0) this.#unlisted -= 1;
  }

  /** Open connections by broker, as its address. */
  byBroker(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { opened } of this.#open.values()) counts.set(opened.broker, (counts.get(opened.broker) ?? 0) + 1);
    return counts;
  }

  /** Open connections by the node id they were opened for; the bootstrap listener's have none. */
  byNode(): ReadonlyMap<number | null, number> {
    const counts = new Map<number | null, number>();
    for (const { opened } of this.#open.values()) counts.set(opened.nodeId, (counts.get(opened.nodeId) ?? 0) + 1);
    return counts;
  }

  /** `count` rows from `from` on; where `keep` is open, its place is told. */
  window(from: number, count: number, keep: number | null): ConnectionWindow {
    const rows: ConnectionFigures[] = [];
    const first = Math.max(0, Math.min(from, this.#open.size - count));
    let keptAt: number | null = null;
    let at = 0;
    for (const [id, open] of this.#open) {
      if (id === keep) keptAt = at;
      if (at >= first && at < first + count) rows.push(figuresOf(open));
      at += 1;
    }
    return { total: this.#open.size, unlisted: this.#unlisted, from: first, rows, keptAt };
  }
}

function figuresOf({ opened, facts, ...counts }: OpenConnection): ConnectionFigures {
  const tls = facts?.tls ?? opened.tls;
  return {
    id: opened.connection,
    client: opened.client,
    broker: opened.broker,
    nodeId: facts?.nodeId ?? opened.nodeId,
    openedAtUs: opened.atUs,
    tls: tls === null ? null : `${tls.version} ${tls.cipher}`,
    saslMechanism: facts?.sasl?.mechanism ?? null,
    principal: facts?.principal ?? null,
    software: facts?.software ?? null,
    ...counts,
  };
}
