import { expect, test } from 'vitest';
import { topicIdsMax } from '../../src/exchange/limits.ts';
import { TopicNames } from '../../src/exchange/topic-names.ts';
import { apiKeyMax, apiName, versionRange } from '../../src/protocol/api-keys.ts';
import type { MessageType } from '../../src/protocol/message.ts';
import { planFor, type StructPlan } from '../../src/protocol/plan.ts';

const ordersId = 'x1y2z3AAAAAAAAAAAAAAAA';

/** A struct somewhere in a message that has both a topic's id and its name. */
function namesTopics(struct: StructPlan): boolean {
  const names = struct.declared.map((field) => field.name);
  if (names.includes('topicId') && (names.includes('name') || names.includes('topicName'))) return true;
  return struct.declared.some((field) => {
    const inner = field.struct ?? field.element?.struct ?? null;
    return inner !== null && namesTopics(inner);
  });
}

function teachersByPlan(type: MessageType): string[] {
  const found: string[] = [];
  for (let key = 0; key <= apiKeyMax; key++) {
    const range = versionRange(key);
    for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version++) {
      const plan = planFor(key, type, version);
      if (plan === null || !namesTopics(plan.body)) continue;
      found.push(apiName(key) ?? '');
      break;
    }
  }
  return found;
}

function teachers(type: MessageType): string[] {
  const keys = Array.from({ length: apiKeyMax + 1 }, (_, key) => key);
  return keys.filter((key) => TopicNames.teaches(key, type)).map((key) => apiName(key) ?? '');
}

test('every response that has names and ids side by side teaches', () => {
  expect(teachers('response')).toEqual(teachersByPlan('response'));
});

test('of the requests only those teach that say both: clients ask by one of the two', () => {
  const byOneOfTheTwo = ['Metadata', 'DeleteTopics'];
  expect(teachers('request')).toEqual(teachersByPlan('request').filter((name) => !byOneOfTheTwo.includes(name)));
});

test('learns at any depth, keeps the names of deleted topics, and knows the metadata log', () => {
  const names = new TopicNames();
  const version = names.version;
  names.learn({
    groups: [{ members: [{ assignment: { topicPartitions: [{ topicId: ordersId, topicName: 'orders' }] } }] }],
  });
  expect(names.version).toBe(version + 1);
  names.learn({ topics: [{ topicId: 'y1y2z3AAAAAAAAAAAAAAAA', name: 'orders' }] });
  expect(names.nameOf(ordersId)).toBe('orders');
  expect(names.nameOf('y1y2z3AAAAAAAAAAAAAAAA')).toBe('orders');
  expect(names.nameOf('AAAAAAAAAAAAAAAAAAAAAQ')).toBe('__cluster_metadata');
  expect(names.nameOf('n1n2n3AAAAAAAAAAAAAAAA')).toBe('n1n2n3AAAAAAAAAAAAAAAA');
});

test('an id without a name, and the id that means none, teach nothing', () => {
  const names = new TopicNames();
  names.learn({ topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'orders' }] });
  names.learn({ topics: [{ topicId: ordersId, name: null }] });
  names.learn({ topics: [{ topicId: ordersId, name: '' }] });
  names.learn({ topics: [{ topicId: ordersId, name: 'x'.repeat(30_000) }] });
  expect(names.nameOf('AAAAAAAAAAAAAAAAAAAAAA')).toBe('AAAAAAAAAAAAAAAAAAAAAA');
  expect(names.knows('AAAAAAAAAAAAAAAAAAAAAA')).toBe(true);
  expect(names.knows(ordersId)).toBe(false);
});

test('forgets the oldest beyond its limit', () => {
  const names = new TopicNames();
  const idOf = (index: number) => `${String(index).padStart(22, '0')}`;
  for (let index = 0; index < topicIdsMax; index++) {
    names.learn({ topics: [{ topicId: idOf(index), name: `topic-${index}` }] });
  }
  expect(names.knows(idOf(topicIdsMax - 1))).toBe(true);
  names.learn({ topics: [{ topicId: ordersId, name: 'orders' }] });
  expect(names.knows(idOf(0))).toBe(false);
  expect(names.nameOf(ordersId)).toBe('orders');
});
