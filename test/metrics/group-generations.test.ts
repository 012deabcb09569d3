import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { GroupGenerations, groupsTrackedMax } from '../../src/metrics/group-generations.ts';
import { errorOf, exchangeOf, messageOf } from './exchange-of.ts';

/** A JoinGroup v0 response: correlation id, error code 0, generation, protocol "", leader "", member "", no members. */
function joined(group: string, generation: number, different: Partial<Exchange> = {}): Exchange {
  const bytes = new Uint8Array(4 + 2 + 4 + 2 + 2 + 2 + 4);
  new DataView(bytes.buffer).setInt32(6, generation);
  return exchangeOf({
    apiKey: 11,
    apiVersion: 0,
    group,
    response: messageOf(bytes.length, { bytes }),
    ...different,
  });
}

/** A ConsumerGroupHeartbeat v0 response with the member's epoch. */
function beat(group: string, memberEpoch: number): Exchange {
  const bytes = new Uint8Array([
    ...[0, 0, 0, 1], // correlation id
    0, // header tags
    ...[0, 0, 0, 0], // throttleTimeMs
    ...[0, 0], // errorCode
    0, // errorMessage null
    ...[2, 0x6d], // memberId "m"
    ...[0, 0, 0, memberEpoch], // memberEpoch
    ...[0, 0, 0x13, 0x88], // heartbeatIntervalMs 5000
    0xff, // assignment null
    0, // body tags
  ]);
  return exchangeOf({ apiKey: 68, apiVersion: 0, group, response: messageOf(bytes.length, { bytes }) });
}

describe('rebalances', () => {
  it('count once a generation, whatever the number of members', () => {
    const generations = new GroupGenerations();
    const told = [3, 3, 3, 4, 4, 3].map((generation) => generations.rebalanced(joined('billing', generation)));
    expect(told).toEqual(['billing', null, null, 'billing', null, null]);
  });

  it('begin anew when the group had been forgotten', () => {
    const generations = new GroupGenerations();
    const told = [9, 1, 1, 2].map((generation) => generations.rebalanced(joined('etl', generation)));
    expect(told).toEqual(['etl', 'etl', null, 'etl']);
  });

  it('of the newer protocol follow the member epoch', () => {
    const generations = new GroupGenerations();
    const told = [1, 1, 2, 2, 0].map((epoch) => generations.rebalanced(beat('orders', epoch)));
    expect(told).toEqual(['orders', null, 'orders', null, null]);
  });

  it('are not told by failures, other APIs, or what cannot be read', () => {
    const generations = new GroupGenerations();
    expect(generations.rebalanced(joined('g', 5, { errors: [errorOf(27, 'REBALANCE_IN_PROGRESS')] }))).toBeNull();
    expect(generations.rebalanced(joined('g', 5, { apiKey: 12 }))).toBeNull();
    expect(generations.rebalanced(joined('g', 5, { response: null }))).toBeNull();
    expect(generations.rebalanced(joined('g', 5, { response: messageOf(3, { bytes: new Uint8Array(3) }) }))).toBeNull();
    expect(generations.rebalanced(joined('g', -1))).toBeNull();
    expect(generations.rebalanced(joined('g', 5, { group: null }))).toBeNull();
  });

  it('of more groups than are remembered forget the oldest', () => {
    const generations = new GroupGenerations();
    for (let group = 0; group <= groupsTrackedMax; group += 1) generations.rebalanced(joined(`g${group}`, 7));
    expect(generations.rebalanced(joined('g1', 7))).toBeNull();
    expect(generations.rebalanced(joined('g0', 7))).toBe('g0');
  });
});
