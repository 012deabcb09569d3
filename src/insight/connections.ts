import type { EngineEvent, TrafficEvent } from '../exchange/event.ts';
import type { ConnectionFacts, Exchange } from '../exchange/exchange.ts';

/** Connections with a row; of more, the first are kept and the rest counted. */
export const connectionRowsMax = 20_000;

/** What TCP itself showed of a connection; null where a source cannot know. Times in µs. */
export type TcpFigures = Readonly<Record<string, string | number | boolean | null>>;

export interface ConnectionFigures {
  readonly facts: ConnectionFacts;
  readonly clientId: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly lastUs: number;
  /** Why it ended; null while open. */
  readonly closed: string | null;
  readonly tcp: TcpFigures | null;
}

interface Row {
  readonly facts: ConnectionFacts;
  clientId: string | null;
  requests: number;
  errors: number;
  requestBytes: number;
  responseBytes: number;
  lastUs: number;
  closed: string | null;
  tcp: TcpFigures | null;
}

/** Who talked to whom, over what, how much. A fold over what the engine finds. */
export class Connections {
  readonly #rows = new Map<number, Row>();
  #omitted = 0;

  /** Exchanges of connections that have no row. */
  get omitted(): number {
    return this.#omitted;
  }

  readonly take = (event: EngineEvent): void => {
    if (event.kind === 'event') this.#event(event);
    else if (event.kind === 'completed') this.#completed(event.exchange);
  };

  /** By bytes in both directions, descending. */
  list(): readonly ConnectionFigures[] {
    return [...this.#rows.values()].sort((a, b) => bytesOf(b) - bytesOf(a));
  }

  #completed(exchange: Exchange): void {
    const { connection, request, response } = exchange;
    let row = this.#rows.get(connection.id);
    if (row === undefined) {
      if (this.#rows.size >= connectionRowsMax) {
        this.#omitted += 1;
        return;
      }
      row = {
        facts: connection,
        clientId: null,
        requests: 0,
        errors: 0,
        requestBytes: 0,
        responseBytes: 0,
        lastUs: 0,
        closed: null,
        tcp: null,
      };
      this.#rows.set(connection.id, row);
    }
    row.clientId ??= exchange.clientId;
    if (request !== null) row.requests += 1;
    if (exchange.errors.length > 0) row.errors += 1;
    row.requestBytes += request?.sizeBytes ?? 0;
    row.responseBytes += response?.sizeBytes ?? 0;
    row.lastUs = response?.lastByteUs ?? request?.lastByteUs ?? row.lastUs;
  }

  #event({ event, connection, detail }: TrafficEvent): void {
    if (connection === null || (event !== 'connection-closed' && event !== 'connection-tcp')) return;
    const row = this.#rows.get(connection);
    if (row === undefined) return;
    if (event === 'connection-closed') row.closed = typeof detail.reason === 'string' ? detail.reason : '?';
    else row.tcp = detail;
  }
}

function bytesOf({ requestBytes, responseBytes }: Row): number {
  return requestBytes + responseBytes;
}
