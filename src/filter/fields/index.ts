import { bodyFields } from './body-fields.ts';
import { connectionFields } from './connection-fields.ts';
import { exchangeFields } from './exchange-fields.ts';
import type { Field } from './field.ts';
import { measureFields } from './measure-fields.ts';
import { outcomeFields } from './outcome-fields.ts';
import { recordFields } from './record-fields.ts';

/** Every field: parser, help and completion read this list. To add one: a line in the list it belongs to. */
export const fields: readonly Field[] = [
  ...exchangeFields,
  ...connectionFields,
  ...measureFields,
  ...outcomeFields,
  ...bodyFields,
  ...recordFields,
];

const byName = new Map<string, Field>(fields.map((field) => [field.name, field]));

/** Field of a name, any case; null when there is none. */
export function fieldNamed(name: string): Field | null {
  return byName.get(name) ?? byName.get(name.toLowerCase()) ?? null;
}

/** Names of all fields. */
export const fieldNames: readonly string[] = fields.map((field) => field.name);
