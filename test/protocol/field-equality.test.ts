import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalFields, isArray, isStruct } from '../../src/protocol/field-equality.ts';
import type { FieldData } from '../../src/protocol/message.ts';

const { value } = fc.letrec<{ value: FieldData }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.string(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('a copy is equal, and equality goes both ways', () => {
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(equalFields(left, structuredClone(left))).toBe(true);
      expect(equalFields(left, right)).toBe(equalFields(right, left));
    }),
  );
});

test('bytes, arrays and structs are different things, however empty', () => {
  expect(equalFields([], {})).toBe(false);
  expect(equalFields(new Uint8Array(0), [])).toBe(false);
  expect(equalFields(null, {})).toBe(false);
  expect(equalFields({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(equalFields({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(equalFields(Buffer.from([1, 2]), new Uint8Array([1, 3]))).toBe(false);
  expect([isArray([]), isArray({}), isStruct({}), isStruct([]), isStruct(new Uint8Array(1)), isStruct(null)]).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
});
