import { expect, test } from 'vitest';
import { bodyFields } from '../../../src/filter/fields/body-fields.ts';
import { matching, produceBody } from '../matching.ts';

test('each finds what several names mean', () => {
  const bodies = {
    request: {
      ...produceBody,
      topicId: 'u7Hgn4rRQ2KqZ0nXbA1c3w',
      memberId: 'billing-1',
      generationIdOrMemberEpoch: 42,
      producerId: 5n,
      currentLeaderEpoch: 15,
      forgottenTopicsData: [{ partitions: [8, 9] }],
    },
    response: { responses: [{ partitionIndex: 11 }], members: [{ memberId: 'billing-2' }] },
  };
  const texts = [
    'topic.id == "u7Hgn4rRQ2KqZ0nXbA1c3w"',
    'partition == 3 && partition == 9 && partition == 11',
    'member == "billing-2"',
    'generation == 42',
    'producer.id == 5',
    'epoch == 15',
    'acks == all',
  ];
  expect(texts).toHaveLength(bodyFields.length);
  expect(matching(texts, {}, bodies)).toEqual(texts);
});

test('"none" of the protocol (-1, empty, the zero id) is missing', () => {
  const request = {
    topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
    memberId: '',
    generationId: -1,
    producerId: -1n,
    leaderEpoch: -1,
    partition: -1,
  };
  const names = bodyFields.map((field) => field.name);
  expect(matching(names, {}, { request })).toEqual([]);
  expect(matching(['acks'], { apiKey: 1 }, { request: { acks: 1 } })).toEqual([]);
});
