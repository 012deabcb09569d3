import { expect, test } from 'vitest';
import { wordList } from '../../../src/filter/fields/enum-words.ts';
import { each, listOf, one, oneEnum } from '../../../src/filter/fields/field.ts';
import { exchangeOf } from '../../metrics/exchange-of.ts';
import { contextOf } from '../matching.ts';

test('a field with one value', () => {
  const field = one('corr', 'identifier', 'correlation id', (exchange) => exchange.correlationId);
  expect(field).toMatchObject({ many: false, words: null, needsBody: false });
  expect(field.get(exchangeOf(), contextOf())).toBe(9312);
});

test('an enum keeps its words', () => {
  const words = wordList('status', ['answered']);
  expect(oneEnum('status', words, 'fate', (exchange) => exchange.status)).toMatchObject({ type: 'enum', words });
});

test('a field with a value per element', () => {
  const topics = listOf<string>('topic', (exchange) => exchange.topics);
  const field = each('topic', 'text', 'topics', topics, (topic) => topic.toUpperCase(), { needsBody: true });
  expect(field).toMatchObject({ many: true, needsBody: true, list: topics });
  expect(field.list.elements(exchangeOf({ topics: ['a'] }), contextOf()).map((topic) => field.pick(topic))).toEqual([
    'A',
  ]);
});
