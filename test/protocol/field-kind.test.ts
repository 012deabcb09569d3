import { expect, test } from 'vitest';
import { FieldKind, fixedBytes, kindOf } from '../../src/protocol/field-kind.ts';

test('every type word has its kind, and any other names a struct', () => {
  const words = [
    'bool',
    'int8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'float64',
    'uuid',
    'string',
    'bytes',
    'records',
  ];
  expect(words.map(kindOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(kindOf('TopicData')).toBe(FieldKind.Struct);
});

test('kinds of a fixed size say so', () => {
  expect(fixedBytes[FieldKind.Uuid]).toBe(16);
  expect(fixedBytes[FieldKind.Uint16]).toBe(2);
  expect(
    [FieldKind.String, FieldKind.Bytes, FieldKind.Struct, FieldKind.Array].map((kind) => fixedBytes[kind]),
  ).toEqual([0, 0, 0, 0]);
  expect(fixedBytes).toHaveLength(Object.keys(FieldKind).length);
});
