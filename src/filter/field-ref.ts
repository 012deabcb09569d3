import type { Field, FieldType } from './fields/field.ts';
import { fieldNamed, fieldNames } from './fields/index.ts';
import { FilterError } from './filter-error.ts';
import { looksLikePath, parseSchemaPath, printSchemaPath } from './schema-path.ts';
import { didYouMean } from './suggest.ts';
import type { FieldRef } from './types.ts';

/** What values a reference has; a schema path may have any. */
export type RefType = FieldType | 'any';

/** Reads a word as a field or schema path; null when it is neither. Throws at a path with a wrong name in it. */
export function findRef(word: string, column: number): FieldRef | null {
  const field = fieldNamed(word);
  if (field !== null) return { kind: 'field', name: field.name, column };
  return looksLikePath(word) ? { kind: 'path', path: parseSchemaPath(word, column), column } : null;
}

/** Reads a word that must be a field or schema path. */
export function refOf(word: string, column: number): FieldRef {
  const ref = findRef(word, column);
  if (ref !== null) return ref;
  throw new FilterError(`"${word}" is no field${didYouMean(word, fieldNames)}`, column);
}

/** The field of a reference; null for a schema path. */
export function fieldOf(ref: FieldRef): Field | null {
  if (ref.kind === 'path') return null;
  const field = fieldNamed(ref.name);
  if (field === null) throw new FilterError(`"${ref.name}" is no field`, ref.column);
  return field;
}

/** Type of a reference's values. */
export function typeOf(ref: FieldRef): RefType {
  return fieldOf(ref)?.type ?? 'any';
}

/** A reference as it is written. */
export function printRef(ref: FieldRef): string {
  return ref.kind === 'field' ? ref.name : printSchemaPath(ref.path);
}

/** Last name of a schema path; '' for a field. */
export function lastName(ref: FieldRef): string {
  if (ref.kind === 'field') return '';
  for (let i = ref.path.steps.length - 1; i >= 0; i--) {
    const step = ref.path.steps[i];
    if (typeof step === 'string' && step !== '*') return step;
  }
  return '';
}

/** Names for types as messages say them. */
export const typeNames: Readonly<Record<RefType, string>> = {
  text: 'text',
  enum: 'a name',
  identifier: 'a number',
  count: 'a number',
  duration: 'a duration',
  size: 'a size',
  time: 'a time',
  boolean: 'true or false',
  any: 'a value',
};

/** Tells whether values of two types can be compared with each other. */
export function comparable(left: RefType, right: RefType): boolean {
  if (left === 'any' || right === 'any' || left === right) return true;
  const number = (type: RefType): boolean => type === 'identifier' || type === 'count';
  return number(left) && number(right);
}

/** Tells whether values of a type have an order. */
export function isOrdered(type: RefType): boolean {
  return type !== 'text' && type !== 'enum' && type !== 'boolean';
}
