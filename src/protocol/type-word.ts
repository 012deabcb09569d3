import { FieldKind } from './field-kind.ts';
import type { FieldPlan } from './plan.ts';

const kindWords: readonly string[] = [
  'BOOLEAN',
  'INT8',
  'INT16',
  'UINT16',
  'INT32',
  'UINT32',
  'INT64',
  'FLOAT64',
  'UUID',
  'STRING',
  'BYTES',
  'RECORDS',
  'STRUCT',
  'ARRAY',
];

/** Kafka's type word of a field in this version: `COMPACT_NULLABLE_STRING`. */
export function typeWord(field: FieldPlan): string {
  const word = kindWords[field.kind] ?? '';
  const sized = field.kind >= FieldKind.String && field.kind !== FieldKind.Struct;
  // Kafka has no word for a nullable array or for records that are not: both are always what their schema says.
  const nullable = field.nullable && (field.kind <= FieldKind.Bytes || field.kind === FieldKind.Struct);
  return `${sized && field.compact ? 'COMPACT_' : ''}${nullable ? 'NULLABLE_' : ''}${word}`;
}
