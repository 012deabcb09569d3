import type { ConnectionFacts, Exchange } from '../exchange/exchange.ts';
import type { ClientFigures } from './metrics-snapshot.ts';
import { TrafficGroup } from './traffic-group.ts';

/** Client ids one connection may use before the rest of them counts as `other`; real clients use one. */
export const clientIdsPerConnectionMax = 16;

/** Label of the row that counts what no longer fits. */
export const otherLabel = 'other';

/** Row of a client id and software. `software` is null until a connection of it told (ApiVersions v3+). */
class ClientRow {
  readonly clientId: string | null;
  software: string | null = null;
  softwareVersion: string | null = null;
  readonly group: TrafficGroup = new TrafficGroup();

  constructor(clientId: string | null) {
    this.clientId = clientId;
  }
}

/** What a connection counts into for one client id, and how much of it is in flight. */
class ClientLink {
  readonly clientId: string | null;
  row: ClientRow;
  software: string | null;
  softwareVersion: string | null;
  inFlight = 0;

  constructor(clientId: string | null, row: ClientRow, connection: ConnectionFacts) {
    this.clientId = clientId;
    this.row = row;
    this.software = connection.software;
    this.softwareVersion = connection.softwareVersion;
  }
}

/** The links of one connection; the last one used is nearly always the one wanted. */
class ConnectionLinks {
  readonly links: ClientLink[] = [];
  last: ClientLink | null = null;
  overflow: ClientLink | null = null;
}

/**
 * Rows by client id and software. A connection's first requests come before it names its software (a Java client with
 * SASL sends four), so a row without software is adopted by the first software that its client id names; only a second
 * software under the same client id opens a second row, and takes along what is in flight.
 */
export class ClientTable {
  readonly #rows: ClientRow[] = [];
  readonly #byClientId = new Map<string | null, ClientRow[]>();
  readonly #links = new WeakMap<ConnectionFacts, ConnectionLinks>();
  readonly #clientsMax: number;
  #other: ClientRow | null = null;

  constructor(clientsMax: number) {
    this.#clientsMax = clientsMax;
  }

  /** Counts a request. */
  started(exchange: Exchange, second: number): void {
    const link = this.#link(exchange);
    link.inFlight++;
    link.row.group.started(exchange, second);
  }

  /** Counts the fate of a request; returns the label of the row, for the table of errors. */
  completed(exchange: Exchange, workUs: number | null): string | null {
    const link = this.#link(exchange);
    if (exchange.request !== null) link.inFlight--;
    link.row.group.completed(exchange, workUs);
    return link.row.clientId;
  }

  /** All rows by requests, descending. */
  figures(nowUs: number, sinceUs: number): ClientFigures[] {
    const rows = this.#other === null ? this.#rows : [...this.#rows, this.#other];
    return rows
      .map((row) => ({
        ...row.group.figures(nowUs, sinceUs),
        clientId: row.clientId,
        software: row.software,
        softwareVersion: row.softwareVersion,
      }))
      .sort((left, right) => right.requests - left.requests);
  }

  #link(exchange: Exchange): ClientLink {
    const connection = exchange.connection;
    let links = this.#links.get(connection);
    if (links === undefined) {
      links = new ConnectionLinks();
      this.#links.set(connection, links);
    }
    let link = links.last;
    if (link === null || link.clientId !== exchange.clientId) link = this.#findLink(links, exchange);
    if (link.software !== connection.software || link.softwareVersion !== connection.softwareVersion) {
      this.#softwareLearned(link, connection);
    }
    return link;
  }

  #findLink(links: ConnectionLinks, exchange: Exchange): ClientLink {
    for (const link of links.links) {
      if (link.clientId === exchange.clientId) {
        links.last = link;
        return link;
      }
    }
    if (links.links.length >= clientIdsPerConnectionMax) {
      links.overflow ??= new ClientLink(otherLabel, this.#otherRow(), exchange.connection);
      return links.overflow;
    }
    const row = this.#row(exchange.clientId, exchange.connection);
    const link = new ClientLink(exchange.clientId, row, exchange.connection);
    links.links.push(link);
    links.last = link;
    return link;
  }

  #softwareLearned(link: ClientLink, connection: ConnectionFacts): void {
    link.software = connection.software;
    link.softwareVersion = connection.softwareVersion;
    if (link.row === this.#other) return;
    const row = this.#row(link.clientId, connection);
    if (row === link.row) return;
    link.row.group.inFlight -= link.inFlight;
    row.group.inFlight += link.inFlight;
    link.row = row;
  }

  #row(clientId: string | null, connection: ConnectionFacts): ClientRow {
    const { software, softwareVersion } = connection;
    let rows = this.#byClientId.get(clientId);
    if (rows !== undefined) {
      const known = rows.find((row) => row.software === software && row.softwareVersion === softwareVersion);
      const first = rows[0];
      if (known !== undefined) return known;
      if (first !== undefined && software === null) return first;
      if (first !== undefined && first.software === null) {
        first.software = software;
        first.softwareVersion = softwareVersion;
        return first;
      }
    }
    if (this.#rows.length >= this.#clientsMax) return this.#otherRow();
    const row = new ClientRow(clientId);
    row.software = software;
    row.softwareVersion = softwareVersion;
    this.#rows.push(row);
    if (rows === undefined) {
      rows = [];
      this.#byClientId.set(clientId, rows);
    }
    rows.push(row);
    return row;
  }

  #otherRow(): ClientRow {
    this.#other ??= new ClientRow(otherLabel);
    return this.#other;
  }
}
