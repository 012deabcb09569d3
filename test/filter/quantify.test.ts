import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { quantifiedList } from '../../src/filter/quantify.ts';
import { matching, produceBody } from './matching.ts';

const bodies = { request: produceBody };

describe('quantified lists', () => {
  test('conditions of one quantifier are about the same element', () => {
    const texts = [
      'any(req.topicData[*].name == "orders.v1" && req.topicData[*].partitionData[*].index == 4)',
      'any(req.topicData[*].name == "clicks" && req.topicData[*].partitionData[*].index == 4)',
      'all(req.topicData[*].partitionData[*].index in {3, 4})',
      'all(req.topicData[*].partitionData[*].index == 3)',
      'count(req.topicData[*].partitionData[*].index == 3) == 2',
      'count(req.topicData[*].partitionData[*]) == 3',
      'count(req.topicData[*].name) == 2',
      'none(req.topicData[*].name == "clicks")',
    ];
    expect(matching(texts, {}, bodies)).toEqual([texts[0], texts[2], texts[4], texts[5], texts[6]]);
  });

  test('an inner quantifier runs over a part of the outer element', () => {
    const texts = [
      'any(req.topicData[*].name == "orders.v1" && count(req.topicData[*].partitionData[*].index >= 0) == 2)',
      'any(req.topicData[*].name == "clicks" && count(req.topicData[*].partitionData[*].index >= 0) == 2)',
      'all(any(req.topicData[*].partitionData[*].index == 3))',
      'any(req.topicData[*].name == "clicks" && all(req.topicData[*].partitionData[*].index == 3))',
    ];
    expect(matching(texts, {}, bodies)).toEqual([texts[0], texts[2], texts[3]]);
  });

  test('what is no list is the same for every element', () => {
    const texts = [
      'any(api == Produce && topic == "a")',
      'count(client.id == "orders-svc" && topic) == 2',
      'any(latency > 1ms)',
      'count(latency > 1ms) == 1',
    ];
    expect(matching(texts, { topics: ['a', 'b'] })).toEqual(texts);
  });

  test.each([
    ['any(topic == "a" && error == 6)', 'topic and errors are two'],
    ['held && any(topic == "a" && req.topicData[*].name == "a")', 'topic and req.topicData[*].name are two'],
    [
      'any(req.topicData[*].name == "a" && res.responses[*].name == "a")',
      'req.topicData[*].name and res.responses[*].name are two',
    ],
    ['any(req.topicData[*].name == "a" && req.topics[*].name == "a")', 'are two'],
    ['any(topic == error.path)', 'topic and errors are two'],
  ])('%s is refused', (text, message) => {
    const compiled = compileFilter(text);
    expect(compiled.ok).toBe(false);
    expect(compiled.ok ? '' : compiled.message).toContain(message);
    expect(compiled.ok ? 0 : compiled.column).toBe(text.indexOf('any') + 1);
  });

  test('no list at all', () => {
    expect(quantifiedList(parseFilter('api == Fetch'), [], 1)).toBeNull();
    expect(quantifiedList(parseFilter('topic == "a"'), [], 1)?.binding.kind).toBe('list');
    expect(quantifiedList(parseFilter('req.topics[*].name == "a"'), [], 1)?.binding).toMatchObject({
      kind: 'path',
      path: { steps: ['topics', '*'] },
    });
  });
});
