import { describe, expect, it } from 'vitest';
import { ConsumerGroup } from '../../src/broker/consumer-group.ts';
import type { HeartbeatInput, HeartbeatResult } from '../../src/broker/consumer-member.ts';
import { BrokerCounters } from '../../src/broker/counters.ts';
import { Identity } from '../../src/broker/identity.ts';
import { TopicRegistry } from '../../src/broker/topic-registry.ts';
import { VirtualClock } from './virtual-clock.ts';

function newGroup() {
  const clock = new VirtualClock();
  const identity = new Identity(1);
  const topics = new TopicRegistry(identity, [1, 2, 3]);
  const group = new ConsumerGroup('g', {
    clock,
    identity,
    topics,
    counters: new BrokerCounters(),
    initialRebalanceDelayMs: 0,
    consumerSessionTimeoutMs: 45_000,
  });
  return { clock, topics, group };
}

function beat(memberId: string, memberEpoch: number, changes: Partial<HeartbeatInput> = {}): HeartbeatInput {
  return {
    memberId,
    memberEpoch,
    instanceId: null,
    rackId: null,
    clientId: 'tester',
    clientHost: '/127.0.0.1',
    rebalanceTimeoutMs: -1,
    subscribedTopicNames: memberEpoch === 0 ? ['orders'] : null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    owned: null,
    ...changes,
  };
}

const sizeOf = (result: HeartbeatResult) => result.assignment?.size ?? null;

describe('a KIP-848 group', () => {
  it('gives all to one member, and half away once the first has let go', () => {
    const { topics, group } = newGroup();
    topics.create('orders', 4, 1);
    const first = group.heartbeat(beat('a', 0));
    expect(sizeOf(first)).toBe(4);
    const owned = new Set(first.assignment);
    const second = group.heartbeat(beat('b', 0));
    expect(sizeOf(second)).toBe(0);
    expect(group.state).toBe('Reconciling');
    // The first is told to give two up; its epoch stays until it confirms.
    const told = group.heartbeat(beat('a', first.memberEpoch, { owned }));
    expect(sizeOf(told)).toBe(2);
    expect(told.memberEpoch).toBe(first.memberEpoch);
    expect(sizeOf(group.heartbeat(beat('b', second.memberEpoch)))).toBeNull();
    const confirmed = group.heartbeat(beat('a', told.memberEpoch, { owned: told.assignment }));
    expect(confirmed.memberEpoch).toBe(group.groupEpoch);
    const taken = group.heartbeat(beat('b', second.memberEpoch));
    expect(sizeOf(taken)).toBe(2);
    expect(group.state).toBe('Stable');
    const all = [...(taken.assignment ?? []), ...(told.assignment ?? [])];
    expect(new Set(all).size).toBe(4);
  });

  it('sends an assignment only when it changed', () => {
    const { topics, group } = newGroup();
    topics.create('orders', 2, 1);
    const joined = group.heartbeat(beat('a', 0));
    expect(group.heartbeat(beat('a', joined.memberEpoch)).assignment).toBeNull();
  });

  it('follows subscriptions by pattern, new topics and new partitions', () => {
    const { topics, group } = newGroup();
    const orders = topics.create('orders.v1', 1, 1);
    const joined = group.heartbeat(beat('a', 0, { subscribedTopicNames: null, subscribedTopicRegex: 'orders\\..*' }));
    expect(sizeOf(joined)).toBe(1);
    topics.create('orders.v2', 2, 1);
    topics.create('payments', 2, 1);
    const more = group.heartbeat(beat('a', joined.memberEpoch));
    expect(sizeOf(more)).toBe(3);
    topics.grow(orders, 3);
    expect(sizeOf(group.heartbeat(beat('a', more.memberEpoch)))).toBe(5);
  });

  it('fences a wrong epoch, takes the previous one, and forgets who leaves or falls silent', async () => {
    const { clock, topics, group } = newGroup();
    topics.create('orders', 2, 1);
    const joined = group.heartbeat(beat('a', 0));
    expect(group.heartbeat(beat('a', 99)).errorCode).toBe(110);
    expect(group.heartbeat(beat('nobody', 1)).errorCode).toBe(25);
    expect(group.checkMember('a', joined.memberEpoch)).toBe(0);
    expect(group.checkMember('a', 99)).toBe(113);
    expect(group.heartbeat(beat('a', -1))).toMatchObject({ errorCode: 0, memberEpoch: -1 });
    expect(group.state).toBe('Empty');
    group.heartbeat(beat('b', 0));
    await clock.advance(45_000);
    expect(group.members.size).toBe(0);
  });

  it('drops a member that does not give up what it should', async () => {
    const { clock, topics, group } = newGroup();
    topics.create('orders', 2, 1);
    const first = group.heartbeat(beat('a', 0, { rebalanceTimeoutMs: 1_000 }));
    const second = group.heartbeat(beat('b', 0));
    group.heartbeat(beat('a', first.memberEpoch));
    await clock.advance(1_000);
    expect([...group.members.keys()]).toEqual(['b']);
    expect(sizeOf(group.heartbeat(beat('b', second.memberEpoch)))).toBe(2);
  });

  it('refuses assignors and patterns it does not have', () => {
    const { group } = newGroup();
    expect(group.heartbeat(beat('a', 0, { serverAssignor: 'mine' })).errorCode).toBe(112);
    expect(group.heartbeat(beat('a', 0, { subscribedTopicRegex: '(a+)+b' })).errorCode).toBe(128);
  });
});
