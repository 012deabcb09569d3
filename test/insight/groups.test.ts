import { describe, expect, it } from 'vitest';
import { Groups } from '../../src/insight/groups.ts';
import { Conversation } from '../support/conversation.ts';
import { eventsOf } from '../support/engine-events.ts';

const joined = (generationId: number) => ({
  errorCode: 0,
  generationId,
  protocolType: 'consumer',
  protocolName: 'range',
  leader: 'm',
  memberId: 'm',
  members: [],
});

function figuresOf(talk: Conversation) {
  const groups = new Groups();
  for (const event of eventsOf(talk)) groups.take(event);
  return groups.list();
}

describe('Groups', () => {
  it('counts joins, rebalances, commits and errors of a classic group', () => {
    const talk = new Conversation()
      .request(11, 5, 1, { groupId: 'g', protocolType: 'consumer', protocols: [] }, 'a')
      .response(11, 5, 1, joined(3))
      .request(12, 3, 2, { groupId: 'g', generationId: 3, memberId: 'm' }, 'a')
      .response(12, 3, 2, { errorCode: 27 })
      .request(11, 5, 3, { groupId: 'g', protocolType: 'consumer', protocols: [] }, 'b')
      .response(11, 5, 3, joined(4))
      .request(8, 7, 4, { groupId: 'g', generationIdOrMemberEpoch: 4, memberId: 'm', topics: [] }, 'b')
      .response(8, 7, 4, { topics: [] });
    expect(figuresOf(talk)).toMatchObject([
      {
        group: 'g',
        kind: 'classic',
        joins: 2,
        rebalances: 2,
        generation: 4,
        heartbeats: 1,
        commits: 1,
        errors: 1,
        clients: ['a', 'b'],
        coordinator: '127.0.0.1:9092',
      },
    ]);
  });

  it('follows the epochs of the new protocol; the first one seen may be old', () => {
    const talk = new Conversation();
    for (const [index, memberEpoch] of [7, 7, 8].entries()) {
      talk.request(68, 0, index, { groupId: 'g', memberId: 'm', memberEpoch }).response(68, 0, index, {
        errorCode: 0,
        memberId: 'm',
        memberEpoch,
        heartbeatIntervalMs: 5000,
        assignment: null,
      });
    }
    expect(figuresOf(talk)).toMatchObject([{ kind: 'consumer', rebalances: 1, generation: 8, heartbeats: 3 }]);
  });
});
