import { decodedBody } from '../exchange/bodies.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** Groups whose generation is remembered; beyond it the one seen first is forgotten. */
export const groupsTrackedMax = 10_000;

/** A heartbeat or join whose response is larger is not read for its generation: no real group's is. */
const responseBytesMax = 16 * 1024 * 1024;

const joinGroupKey = 11;

/** Heartbeats of the newer protocols (KIP-848, KIP-932, KIP-1071): consumer, share and streams groups. */
const heartbeatKeys: ReadonlySet<number> = new Set([68, 76, 88]);

/**
 * Tells rebalances from responses. A classic group rebalanced when a JoinGroup response carries a higher generation
 * than any before (or generation 1 again: the group had been forgotten); every member gets the same one, so it counts
 * once. A group of the newer protocols rebalanced when a member's epoch in a heartbeat response is higher than any
 * before: the coordinator raises the epoch with each new assignment.
 */
export class GroupGenerations {
  readonly #newest = new Map<string, number>();

  /** The group that just rebalanced, or null: this exchange tells of none. */
  rebalanced(exchange: Exchange): string | null {
    const { apiKey, group } = exchange;
    if (apiKey === null || group === null) return null;
    const isJoin = apiKey === joinGroupKey;
    if (!isJoin && !heartbeatKeys.has(apiKey)) return null;
    const response = exchange.response;
    if (response === null || response.sizeBytes > responseBytesMax || exchange.errors.length > 0) return null;
    const body = decodedBody(exchange, 'response');
    const generation = body?.[isJoin ? 'generationId' : 'memberEpoch'];
    // Epoch 0 is a member without an assignment, negative ones are members that leave.
    if (typeof generation !== 'number' || generation < 1) return null;
    return this.#isNew(group, generation) ? group : null;
  }

  #isNew(group: string, generation: number): boolean {
    const newest = this.#newest.get(group);
    if (newest !== undefined && generation <= newest && !(generation === 1 && newest > 1)) return false;
    if (newest === undefined && this.#newest.size >= groupsTrackedMax) {
      for (const oldest of this.#newest.keys()) {
        this.#newest.delete(oldest);
        break;
      }
    }
    this.#newest.set(group, generation);
    return true;
  }
}
