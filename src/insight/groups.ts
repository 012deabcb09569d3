import { decodedBody } from '../exchange/bodies.ts';
import type { EngineEvent } from '../exchange/event.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ClientSet } from './client-set.ts';

/** Groups with a row of their own; the rest count into one row. */
export const groupsMax = 5_000;

const otherGroups = '(other groups)';
const offsetCommitKey = 8;
const joinGroupKey = 11;
const heartbeatKey = 12;
const leaveGroupKey = 13;
const syncGroupKey = 14;
const txnOffsetCommitKey = 28;
const consumerGroupHeartbeatKey = 68;
const shareGroupHeartbeatKey = 76;
const streamsGroupHeartbeatKey = 88;

/** Protocol of a group, by the API that its members speak (KIP-848, KIP-932, KIP-1071). */
export type GroupKind = 'classic' | 'consumer' | 'share' | 'streams';

const kindOfApi: ReadonlyMap<number, GroupKind> = new Map([
  [joinGroupKey, 'classic'],
  [heartbeatKey, 'classic'],
  [syncGroupKey, 'classic'],
  [consumerGroupHeartbeatKey, 'consumer'],
  [shareGroupHeartbeatKey, 'share'],
  [streamsGroupHeartbeatKey, 'streams'],
]);

export interface GroupFigures {
  readonly group: string;
  /** null while only commits and lookups were seen. */
  readonly kind: GroupKind | null;
  readonly clients: readonly string[];
  readonly moreClients: boolean;
  readonly requests: number;
  readonly heartbeats: number;
  readonly commits: number;
  readonly joins: number;
  readonly leaves: number;
  /** Times the group was seen to move on to a newer generation or epoch. */
  readonly rebalances: number;
  /** Newest generation (classic) or member epoch; null when none was seen. */
  readonly generation: number | null;
  /** Longest that a member was held in JoinGroup or SyncGroup, µs; null when none was. */
  readonly holdUsMax: number | null;
  readonly errors: number;
  /** Address of the broker that last answered for the group: its coordinator. */
  readonly coordinator: string | null;
}

class Row {
  kind: GroupKind | null = null;
  readonly clients = new ClientSet();
  requests = 0;
  heartbeats = 0;
  commits = 0;
  joins = 0;
  leaves = 0;
  rebalances = 0;
  generation: number | null = null;
  holdUsMax: number | null = null;
  errors = 0;
  coordinator: string | null = null;
}

/** What consumer, share and streams groups did. A fold over completed exchanges. */
export class Groups {
  readonly #rows = new Map<string, Row>();

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed' || event.exchange.group === null) return;
    const { exchange } = event;
    const row = this.#row(exchange.group ?? otherGroups);
    const apiKey = exchange.apiKey ?? -1;
    row.requests += 1;
    row.clients.add(exchange.clientId);
    if (exchange.errors.length > 0) row.errors += 1;
    const kind = kindOfApi.get(apiKey);
    if (kind === undefined) {
      if (apiKey === offsetCommitKey || apiKey === txnOffsetCommitKey) row.commits += 1;
      else if (apiKey === leaveGroupKey) row.leaves += 1;
      return;
    }
    row.kind = kind;
    row.coordinator = exchange.connection.broker;
    this.#member(row, apiKey, exchange);
  };

  /** By rebalances, errors, requests, descending: who is in trouble comes first. */
  list(): readonly GroupFigures[] {
    return [...this.#rows]
      .map(([group, row]) => {
        const { names, more } = row.clients.list();
        const { clients: _, ...figures } = row;
        return { group, ...figures, clients: names, moreClients: more };
      })
      .sort((a, b) => b.rebalances - a.rebalances || b.errors - a.errors || b.requests - a.requests);
  }

  #member(row: Row, apiKey: number, exchange: Exchange): void {
    if (apiKey === joinGroupKey || apiKey === syncGroupKey) {
      const { waitUs } = exchange.timing;
      if (waitUs !== null && waitUs > 0) row.holdUsMax = Math.max(row.holdUsMax ?? 0, waitUs);
    }
    if (apiKey === syncGroupKey) return;
    if (apiKey === joinGroupKey) row.joins += 1;
    else row.heartbeats += 1;
    if (apiKey === heartbeatKey || exchange.errors.length > 0) return;
    const body = decodedBody(exchange, 'response');
    const generation = apiKey === joinGroupKey ? body?.generationId : body?.memberEpoch;
    if (typeof generation !== 'number' || generation < 0) return;
    // A JoinGroup that succeeds is a rebalance by itself; a heartbeat's first epoch may be an old one.
    const isNewer = row.generation === null ? apiKey === joinGroupKey : generation > row.generation;
    if (isNewer) row.rebalances += 1;
    row.generation = Math.max(row.generation ?? generation, generation);
  }

  #row(group: string): Row {
    const known = this.#rows.get(group);
    if (known !== undefined) return known;
    const name = this.#rows.size >= groupsMax ? otherGroups : group;
    const row = this.#rows.get(name) ?? new Row();
    this.#rows.set(name, row);
    return row;
  }
}
