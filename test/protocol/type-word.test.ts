import { expect, test } from 'vitest';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { typeWord } from '../../src/protocol/type-word.ts';
import { fieldPlan } from './field-plans.ts';

test.each([
  ['BOOLEAN', { kind: FieldKind.Bool }],
  ['INT64', { kind: FieldKind.Int64, compact: true }],
  ['COMPACT_NULLABLE_STRING', { kind: FieldKind.String, compact: true, nullable: true }],
  ['NULLABLE_BYTES', { kind: FieldKind.Bytes, nullable: true }],
  ['COMPACT_RECORDS', { kind: FieldKind.Records, compact: true, nullable: true }],
  ['NULLABLE_STRUCT', { kind: FieldKind.Struct, compact: true, nullable: true }],
  ['COMPACT_ARRAY', { kind: FieldKind.Array, compact: true, nullable: true }],
])('%s', (word, changes) => {
  expect(typeWord(fieldPlan('field', changes))).toBe(word);
});
