import { describe, expect, test } from 'vitest';
import { planFor } from '../../src/protocol/plan.ts';
import { Fast, Pick, Step, type WalkStruct, walkPlanOf } from '../../src/protocol/walk-plan.ts';

function walkOf(key: number, type: 'request' | 'response', version: number): ReturnType<typeof walkPlanOf> {
  const plan = planFor(key, type, version);
  if (plan === null) throw new Error('no plan');
  return walkPlanOf(plan);
}

function shape(struct: WalkStruct | null | undefined): [string, number, number][] {
  return (struct?.steps ?? []).map((step) => [step.name, step.step, step.pick]);
}

test('picks are derived from names and entity types', () => {
  const metadata = walkOf(3, 'response', 12).body;
  expect(shape(metadata)[0]).toEqual(['throttleTimeMs', Step.Picked, Pick.Throttle]);
  const topic = metadata.steps.find((step) => step.name === 'topics')?.struct;
  expect(shape(topic).slice(0, 3)).toEqual([
    ['errorCode', Step.Picked, Pick.ErrorCode],
    ['name', Step.Short, Pick.TopicName],
    ['topicId', Step.Picked, Pick.TopicId],
  ]);
  expect(shape(walkOf(0, 'request', 9).body)[0]).toEqual(['transactionalId', Step.Short, Pick.TransactionalId]);
  expect(shape(walkOf(11, 'request', 5).body)[0]).toEqual(['groupId', Step.Short, Pick.GroupId]);
  // The share coordinator's own APIs have no entity type on their group id.
  expect(shape(walkOf(84, 'request', 0).body)[0]).toEqual(['groupId', Step.Short, Pick.GroupId]);
});

describe('fixed sizes', () => {
  test('neighbouring fixed fields are one run', () => {
    // Fetch v4 request partition: partition, fetchOffset, partitionMaxBytes = 4 + 8 + 4.
    const topics = walkOf(1, 'request', 4).body.steps.find((step) => step.name === 'topics');
    const partition = topics?.struct?.steps.find((step) => step.name === 'partitions')?.struct;
    expect(partition?.steps).toHaveLength(1);
    expect(partition?.fixedBytes).toBe(16);
    expect([...(partition?.program ?? [])]).toEqual([Fast.Run, 16]);
  });

  test('a struct with tags, texts or picks has none', () => {
    const topics = walkOf(1, 'request', 12).body.steps.find((step) => step.name === 'topics');
    expect(topics?.struct?.fixedBytes).toBe(-1);
  });
});

test('top-level small integers are kept by name', () => {
  expect(walkOf(1, 'request', 12).topLevelNames).toEqual([
    'replicaId',
    'maxWaitMs',
    'minBytes',
    'maxBytes',
    'isolationLevel',
    'sessionId',
    'sessionEpoch',
  ]);
});

test('a plan is turned into steps once', () => {
  expect(walkOf(3, 'request', 12)).toBe(walkOf(3, 'request', 12));
});
