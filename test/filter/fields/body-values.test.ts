import { expect, test } from 'vitest';
import { distinctValues, isStruct, visitFields } from '../../../src/filter/fields/body-values.ts';
import type { FieldData } from '../../../src/protocol/message.ts';
import { exchangeOf } from '../../metrics/exchange-of.ts';
import { contextOf, produceBody } from '../matching.ts';

const isNumber = (value: FieldData): value is number => typeof value === 'number';

test('fields by name at any depth, lists element by element', () => {
  const found: FieldData[] = [];
  visitFields(
    produceBody,
    (name) => name === 'index' || name === 'acks',
    (value) => found.push(value),
  );
  expect(found).toEqual([-1, 3, 4, 3]);
  const listed: FieldData[] = [];
  visitFields(
    { partitions: [1, 2], other: [3] },
    (name) => name === 'partitions',
    (value) => listed.push(value),
  );
  expect(listed).toEqual([1, 2]);
});

test('distinct values of request and response, of the right kind', () => {
  const context = contextOf({ request: produceBody, response: { index: 9, name: 'x' } });
  expect(distinctValues(exchangeOf(), context, (name) => name === 'index' || name === 'name', isNumber)).toEqual([
    3, 4, 9,
  ]);
  expect(distinctValues(exchangeOf(), contextOf(), () => true, isNumber)).toEqual([]);
});

test('a struct is neither list nor bytes nor null', () => {
  expect([{}, [], new Uint8Array(1), null, undefined, 'a', 1].map(isStruct)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
