import { expect, test } from 'vitest';
import {
  comparable,
  fieldOf,
  findRef,
  isOrdered,
  lastName,
  printRef,
  refOf,
  typeNames,
  typeOf,
} from '../../src/filter/field-ref.ts';

test('a field in any case, a schema path, or nothing', () => {
  expect(findRef('Client.ID', 4)).toEqual({ kind: 'field', name: 'client.id', column: 4 });
  expect(findRef('req.acks', 4)).toEqual({ kind: 'path', path: { side: 'req', steps: ['acks'] }, column: 4 });
  expect(findRef('banana', 1)).toBeNull();
  expect(() => refOf('partiton', 1)).toThrow('"partiton" is no field; did you mean partition?');
});

test('req.size and res.size are fields, not paths', () => {
  expect(printRef(refOf('req.size', 1))).toBe('req.size');
  expect(typeOf(refOf('res.size', 1))).toBe('size');
  expect(typeOf(refOf('req.minBytes', 1))).toBe('any');
  expect(fieldOf(refOf('req.minBytes', 1))).toBeNull();
});

test('the last name of a path', () => {
  expect(lastName(refOf('res.topics[*].partitions[0].errorCode', 1))).toBe('errorCode');
  expect(lastName(refOf('req.topics[*]', 1))).toBe('topics');
  expect(lastName(refOf('topic', 1))).toBe('');
});

test('which types compare and which have an order', () => {
  expect(comparable('identifier', 'count')).toBe(true);
  expect(comparable('duration', 'size')).toBe(false);
  expect(comparable('any', 'text')).toBe(true);
  expect((['text', 'enum', 'boolean', 'size', 'time', 'any'] as const).map(isOrdered)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(typeNames.duration).toBe('a duration');
});
