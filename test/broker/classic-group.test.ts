import { describe, expect, it } from 'vitest';
import { ClassicGroup } from '../../src/broker/classic-group.ts';
import type { JoinInput, JoinResult } from '../../src/broker/classic-member.ts';
import { BrokerCounters } from '../../src/broker/counters.ts';
import { Identity } from '../../src/broker/identity.ts';
import { membersPerGroupMax } from '../../src/broker/limits.ts';
import { VirtualClock } from './virtual-clock.ts';

const delayMs = 250;
const sessionTimeoutMs = 10_000;

function input(changes: Partial<JoinInput> = {}): JoinInput {
  return {
    memberId: '',
    instanceId: null,
    clientId: 'tester',
    clientHost: '/127.0.0.1',
    sessionTimeoutMs,
    rebalanceTimeoutMs: 20_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('topics') }],
    requiresKnownMemberId: false,
    ...changes,
  };
}

function newGroup() {
  const clock = new VirtualClock();
  const counters = new BrokerCounters();
  const around = { clock, identity: new Identity(1), counters, initialRebalanceDelayMs: delayMs };
  return { clock, counters, group: new ClassicGroup('g', around) };
}

/** A group of `count` members that has settled; the leader gave each its own id as assignment. */
async function stableGroup(count: number) {
  const { clock, counters, group } = newGroup();
  const joins = Array.from({ length: count }, () => group.join(input()));
  await clock.advance(delayMs);
  const joined = await Promise.all(joins);
  const leader = joined.find((result) => result.memberId === result.leaderId);
  if (leader === undefined) throw new Error('no leader');
  const assignments = new Map(leader.members.map(({ memberId }) => [memberId, Buffer.from(memberId)]));
  const syncs = joined.map((each) =>
    group.sync(each.memberId, each.generationId, each === leader ? assignments : new Map()),
  );
  const synced = await Promise.all(syncs);
  return { clock, counters, group, joined, leader, synced };
}

describe('a classic group', () => {
  it('waits for members at first, then all get one generation and the leader knows them', async () => {
    const { group, joined, leader, synced } = await stableGroup(3);
    expect(group.state).toBe('Stable');
    expect(new Set(joined.map(({ generationId }) => generationId))).toEqual(new Set([1]));
    expect(leader.members.map(({ memberId }) => memberId).sort()).toEqual(joined.map((each) => each.memberId).sort());
    expect(joined.filter((each) => each !== leader).every((each) => each.members.length === 0)).toBe(true);
    for (const [index, { assignment }] of synced.entries()) {
      expect(Buffer.from(assignment).toString()).toBe(joined[index]?.memberId);
    }
  });

  it('hands a new member its id before it may join (KIP-394)', async () => {
    const { clock, group } = newGroup();
    const first = await group.join(input({ requiresKnownMemberId: true }));
    expect(first.errorCode).toBe(79);
    expect(first.memberId).toMatch(/^tester-/);
    const second = group.join(input({ requiresKnownMemberId: true, memberId: first.memberId }));
    await clock.advance(delayMs);
    expect((await second).errorCode).toBe(0);
    expect((await group.join(input({ memberId: 'made up' }))).errorCode).toBe(25);
  });

  it('tells of a rebalance by heartbeat and by a parked sync, and takes everybody along', async () => {
    const { group, joined } = await stableGroup(2);
    const newcomer = group.join(input());
    const [one, two] = joined;
    if (one === undefined || two === undefined) throw new Error('two members');
    expect(group.state).toBe('PreparingRebalance');
    expect(group.heartbeat(one.memberId, 1)).toBe(27);
    const again = [group.join(input({ memberId: one.memberId })), group.join(input({ memberId: two.memberId }))];
    const results = await Promise.all([newcomer, ...again]);
    expect(results.map(({ generationId }) => generationId)).toEqual([2, 2, 2]);
    expect(group.heartbeat(one.memberId, 1)).toBe(22);
    expect(group.heartbeat(one.memberId, 2)).toBe(0);
    const follower = results.find((result) => result.memberId !== result.leaderId);
    const parked = group.sync(follower?.memberId ?? '', 2, new Map());
    void group.join(input());
    expect((await parked).errorCode).toBe(27);
  });

  it('does without members that do not come back in time', async () => {
    const { clock, group, joined } = await stableGroup(2);
    const [one, two] = joined;
    const again = group.join(
      input({ memberId: one?.memberId ?? '', protocols: [{ name: 'range', metadata: Buffer.from('new') }] }),
    );
    // It still beats, so its session lives; but it does not join within the rebalance timeout.
    for (let beat = 0; beat < 4; beat += 1) {
      expect(group.heartbeat(two?.memberId ?? '', 1)).toBe(27);
      await clock.advance(5_000);
    }
    expect(((await again) as JoinResult).generationId).toBe(2);
    expect([...group.members.keys()]).toEqual([one?.memberId]);
    expect(group.heartbeat(two?.memberId ?? '', 1)).toBe(25);
  });

  it('drops a member whose session ends, and is empty when the last one leaves', async () => {
    const { clock, group, joined } = await stableGroup(2);
    const [one, two] = joined;
    for (let beat = 0; beat < 4; beat += 1) {
      await clock.advance(sessionTimeoutMs / 4);
      group.heartbeat(one?.memberId ?? '', 1);
    }
    await clock.advance(1);
    expect(group.members.has(two?.memberId ?? '')).toBe(false);
    expect(group.leave(one?.memberId ?? '', null)).toBe(0);
    expect(group.state).toBe('Empty');
    expect(group.leave('nobody', null)).toBe(25);
  });

  it('gives a static member its place back without a rebalance, and fences the old one (KIP-345)', async () => {
    const { clock, group } = newGroup();
    const first = group.join(input({ instanceId: 'pod-1' }));
    await clock.advance(delayMs);
    const joined = await first;
    const assignment = Buffer.from('share');
    await group.sync(joined.memberId, 1, new Map([[joined.memberId, assignment]]));
    const back = await group.join(input({ instanceId: 'pod-1' }));
    expect(back).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true });
    expect(back.memberId).not.toBe(joined.memberId);
    expect(await group.sync(back.memberId, 1, new Map())).toEqual({ errorCode: 0, assignment });
    expect((await group.join(input({ instanceId: 'pod-1', memberId: joined.memberId }))).errorCode).toBe(82);
  });

  it('refuses what does not fit', async () => {
    const { group, clock } = await stableGroup(1);
    expect((await group.join(input({ sessionTimeoutMs: 1 }))).errorCode).toBe(26);
    expect((await group.join(input({ protocols: [] }))).errorCode).toBe(23);
    expect((await group.join(input({ protocolType: 'connect' }))).errorCode).toBe(23);
    expect((await group.join(input({ protocols: [{ name: 'sticky', metadata: Buffer.from('') }] }))).errorCode).toBe(
      23,
    );
    for (let count = 1; count < membersPerGroupMax; count += 1) {
      await group.join(input({ requiresKnownMemberId: true }));
    }
    expect((await group.join(input({ requiresKnownMemberId: true }))).errorCode).toBe(81);
    await clock.advance(sessionTimeoutMs);
    expect((await group.join(input({ requiresKnownMemberId: true }))).errorCode).toBe(79);
  });
});
