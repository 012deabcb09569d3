import { expect, test } from 'vitest';
import { PartitionSession } from '../../src/exchange/partition-session.ts';
import { PartitionList } from '../../src/exchange/session-partitions.ts';
import { TopicNames } from '../../src/exchange/topic-names.ts';

const ordersId = 'x1y2z3AAAAAAAAAAAAAAAA';

function listOf(...topics: readonly [topic: string, partitions: readonly number[]][]): PartitionList {
  const list = new PartitionList();
  for (const [topic, partitions] of topics) {
    list.addTopic(topic);
    for (const partition of partitions) list.add(partition);
  }
  return list;
}

test('adds and forgets partitions, and a topic goes with its last one', () => {
  const session = new PartitionSession('key', 1, 0, false);
  const names = new TopicNames();
  session.add(listOf(['orders', [0, 1]], ['payments', [7]]), false);
  session.add(listOf(['orders', [1, 2]]), false);
  expect([session.partitionCount, session.topicCount]).toEqual([4, 2]);
  expect(session.names(names)).toEqual(['orders', 'payments']);
  session.forget(listOf(['orders', [0, 1, 9]], ['unheard-of', [0]]));
  expect(session.names(names)).toEqual(['orders', 'payments']);
  session.forget(listOf(['orders', [2]]));
  expect([session.partitionCount, session.names(names)]).toEqual([1, ['payments']]);
  session.forget(listOf(['payments', [7]]));
  expect(session.names(names)).toEqual([]);
});

test('names an id as soon as its name is learned, and makes no new array while nothing changes', () => {
  const session = new PartitionSession('key', 1, 0, false);
  const names = new TopicNames();
  session.add(listOf([ordersId, [0]]), true);
  expect(session.names(names)).toEqual([ordersId]);
  names.learn({ topics: [{ topicId: ordersId, name: 'orders' }] });
  const named = session.names(names);
  expect(named).toEqual(['orders']);
  names.learn({ topics: [{ topicId: 'y1y2z3AAAAAAAAAAAAAAAA', name: 'other' }] });
  session.add(listOf([ordersId, [5]]), true);
  expect(session.names(names)).toBe(named);
});

test('is partial once an epoch is missing, and epochs wrap to 1', () => {
  const session = new PartitionSession('key', 1, 0x7f_ff_ff_fe, false);
  session.advance(0x7f_ff_ff_ff);
  session.advance(1);
  session.advance(2);
  expect(session.partial).toBe(false);
  session.advance(4);
  expect(session.partial).toBe(true);
});

test('holds no more than its limit and says that it is partial', () => {
  const session = new PartitionSession('key', 1, 0, false);
  const all = Array.from({ length: 16_384 }, (_, partition) => partition);
  session.add(listOf(['orders', all]), false);
  expect([session.partitionCount, session.partial]).toEqual([16_384, false]);
  session.add(listOf(['payments', [0]]), false);
  expect([session.partitionCount, session.partial, session.topicCount]).toEqual([16_384, true, 1]);
});

test('names at most as many topics as an exchange lists', () => {
  const session = new PartitionSession('key', 1, 0, false);
  for (let index = 0; index < 40; index++) session.add(listOf([`topic-${index}`, [0]]), false);
  expect([session.names(new TopicNames()).length, session.topicCount]).toEqual([16, 40]);
});
