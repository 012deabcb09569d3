import type { ConnectionFacts } from '../exchange/exchange.ts';
import { otherLabel } from './client-table.ts';
import type { BrokerFigures } from './metrics-snapshot.ts';
import { TrafficGroup } from './traffic-group.ts';

/** Row of a broker endpoint. */
export interface BrokerRow {
  readonly broker: string;
  nodeId: number | null;
  readonly group: TrafficGroup;
}

/** Rows by broker endpoint (`host:port`). A broker learns its node id later than its first connection. */
export class BrokerTable {
  readonly #rows = new Map<string, BrokerRow>();
  readonly #brokersMax: number;

  constructor(brokersMax: number) {
    this.#brokersMax = brokersMax;
  }

  /** Group of the connection's broker. */
  group(connection: ConnectionFacts): TrafficGroup {
    const row = this.#rows.get(connection.broker) ?? this.#add(connection.broker);
    if (connection.nodeId !== null && row.broker === connection.broker) row.nodeId = connection.nodeId;
    return row.group;
  }

  /** All rows by requests, descending. */
  figures(nowUs: number, sinceUs: number): BrokerFigures[] {
    return [...this.#rows.values()]
      .map((row) => ({ ...row.group.figures(nowUs, sinceUs), broker: row.broker, nodeId: row.nodeId }))
      .sort((left, right) => right.requests - left.requests);
  }

  #add(broker: string): BrokerRow {
    const label = this.#rows.size < this.#brokersMax ? broker : otherLabel;
    let row = this.#rows.get(label);
    if (row === undefined) {
      row = { broker: label, nodeId: null, group: new TrafficGroup() };
      this.#rows.set(label, row);
    }
    return row;
  }
}
