import { describe, expect, it } from 'vitest';
import type { Struct } from '../../../src/protocol/message.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

const wish = (name: string, numPartitions = 2, replicationFactor = 3): Struct => ({
  name,
  numPartitions,
  replicationFactor,
  assignments: [],
  configs: [{ name: 'retention.ms', value: '60000' }],
});

const errorsOf = (answer: Struct, field: string) => structsField(answer, field).map(({ errorCode }) => errorCode);

describe('topics are administered', () => {
  it('created, refused with a reason, and only checked with validateOnly', async () => {
    const dialogue = new Dialogue();
    const create = async (...topics: Struct[]) => errorsOf(await dialogue.ask(19, 7, { topics }), 'topics');
    expect(await create(wish('a'), wish('b', -1, -1))).toEqual([0, 0]);
    expect(dialogue.cluster.topics.byName('b')?.partitions).toHaveLength(3);
    expect(await create(wish('a'))).toEqual([36]);
    expect(await create(wish('no/name'))).toEqual([17]);
    expect(await create(wish('c', 0))).toEqual([37]);
    expect(await create(wish('c', 9_999))).toEqual([37]);
    expect(await create(wish('c', 1, 4))).toEqual([38]);
    expect(await create(wish('c'), wish('c'))).toEqual([42, 42]);
    await dialogue.ask(19, 7, { topics: [wish('d')], validateOnly: true });
    expect(dialogue.cluster.topics.byName('d')).toBeNull();
  });

  it('described, changed and grown', async () => {
    const dialogue = new Dialogue();
    await dialogue.ask(19, 7, { topics: [wish('a')] });
    const retention = async () => {
      const resources = [{ resourceType: 2, resourceName: 'a', configurationKeys: ['retention.ms'] }];
      const answer = await dialogue.ask(32, 4, { resources });
      return structsField(structsField(answer, 'results')[0] ?? {}, 'configs')[0];
    };
    expect(await retention()).toMatchObject({ value: '60000', configSource: 1 });
    const alter = async (name: string, configOperation: number, value: string | null) => {
      const configs = [{ name, configOperation, value }];
      const answer = await dialogue.ask(44, 1, { resources: [{ resourceType: 2, resourceName: 'a', configs }] });
      return errorsOf(answer, 'responses');
    };
    expect(await alter('retention.ms', 0, '5')).toEqual([0]);
    expect(await retention()).toMatchObject({ value: '5' });
    expect(await alter('retention.ms', 1, null)).toEqual([0]);
    expect(await retention()).toMatchObject({ value: '604800000', configSource: 5 });
    expect(await alter('no.such.setting', 0, '5')).toEqual([40]);
    expect(await alter('retention.ms', 2, '5')).toEqual([40]);
    const grow = async (name: string, count: number) =>
      errorsOf(await dialogue.ask(37, 3, { topics: [{ name, count, assignments: null }] }), 'results');
    expect(await grow('a', 4)).toEqual([0]);
    expect(await grow('a', 4)).toEqual([37]);
    expect(await grow('nowhere', 4)).toEqual([3]);
    expect(dialogue.cluster.topics.byName('a')?.partitions).toHaveLength(4);
  });

  it('deleted by name or by id, with their committed offsets', async () => {
    const dialogue = new Dialogue();
    const a = dialogue.cluster.topics.create('a', 1, 1);
    dialogue.cluster.topics.create('b', 1, 1);
    const offsets = dialogue.cluster.groups.offsetsFor('g');
    if (typeof offsets === 'number') throw new Error('no offsets');
    offsets.commit('b', 0, { offset: 1n, leaderEpoch: -1, metadata: '' });
    const byId = await dialogue.ask(20, 6, { topics: [{ name: null, topicId: a.id }] });
    expect(errorsOf(byId, 'responses')).toEqual([0]);
    const byName = await dialogue.ask(20, 5, { topicNames: ['b', 'c'] });
    expect(errorsOf(byName, 'responses')).toEqual([0, 3]);
    expect(offsets.get('b', 0)).toBeNull();
    expect([...dialogue.cluster.topics.all()]).toEqual([]);
  });

  it('paged by DescribeTopicPartitions', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('b', 3, 1);
    dialogue.cluster.topics.create('a', 2, 1);
    const seen: string[] = [];
    let cursor: Struct | null = null;
    for (let page = 0; page < 9; page += 1) {
      const answer: Struct = await dialogue.ask(75, 0, { topics: [], responsePartitionLimit: 2, cursor });
      for (const topic of structsField(answer, 'topics')) {
        for (const partition of structsField(topic, 'partitions'))
          seen.push(`${topic.name}-${partition.partitionIndex}`);
      }
      const next = structsField({ next: [answer.nextCursor ?? null] }, 'next')[0];
      if (next === undefined) break;
      cursor = next;
    }
    expect(seen).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'b-2']);
  });
});
