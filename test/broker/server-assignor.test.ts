import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverAssignors } from '../../src/broker/server-assignor.ts';

const topics = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });

describe('every server-side assignor', () => {
  for (const [name, assign] of serverAssignors) {
    it(`${name}: gives each partition of a subscribed topic to exactly one subscriber`, () => {
      fc.assert(
        fc.property(topics, fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 5 }), (counts, masks) => {
          const all = counts.map((partitionCount, index) => ({ id: `t${index}`, partitionCount }));
          const members = masks.map((mask, index) => ({
            id: `m${index}`,
            topicIds: new Set(all.filter((_, topic) => (mask >> topic) & 1).map(({ id }) => id)),
            target: new Set<string>(),
          }));
          const targets = assign(members, all);
          for (const topic of all) {
            const subscribers = members.filter(({ topicIds }) => topicIds.has(topic.id));
            for (let partition = 0; partition < topic.partitionCount; partition += 1) {
              const key = `${topic.id}/${partition}`;
              const owners = members.filter(({ id }) => targets.get(id)?.has(key));
              expect(owners).toHaveLength(subscribers.length === 0 ? 0 : 1);
              expect(owners.every((owner) => subscribers.includes(owner))).toBe(true);
            }
          }
        }),
      );
    });
  }

  it('uniform: moves no more than it must when a member joins', () => {
    const assign = serverAssignors.get('uniform');
    const topic = [{ id: 't', partitionCount: 6 }];
    const topicIds = new Set(['t']);
    const alone = assign?.([{ id: 'a', topicIds, target: new Set() }], topic);
    const target = alone?.get('a') ?? new Set<string>();
    const both = assign?.(
      [
        { id: 'a', topicIds, target },
        { id: 'b', topicIds, target: new Set() },
      ],
      topic,
    );
    expect(both?.get('a')?.size).toBe(3);
    expect([...(both?.get('a') ?? [])].every((key) => target.has(key))).toBe(true);
  });
});
