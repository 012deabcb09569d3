import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { FieldPlan, MessagePlan, StructPlan } from '../../src/protocol/plan.ts';
import { planOf } from './arbitrary-body.ts';

/** A field of one version: an int16 but for the changes. */
export function fieldPlan(name: string, changes: Partial<FieldPlan> = {}): FieldPlan {
  return {
    name,
    kind: FieldKind.Int16,
    compact: false,
    nullable: false,
    tag: -1,
    defaultValue: 0,
    entityType: null,
    element: null,
    struct: null,
    secret: false,
    bytesMin: 2,
    ...changes,
  };
}

/** A flexible struct of these fields, in the order in which they are declared. */
export function structWith(declared: readonly FieldPlan[]): StructPlan {
  const fields = declared.filter((field) => field.tag < 0);
  const tagged = declared.filter((field) => field.tag >= 0).sort((one, other) => one.tag - other.tag);
  return { name: 'Body', fields, tagged, declared, flexible: true, bytesMin: 1 };
}

/** A message of a correlation id and these fields. */
export function planWith(declared: readonly FieldPlan[]): MessagePlan {
  return { ...planOf(12, 'response', 0), flexible: true, body: structWith(declared) };
}

/** A name that would do harm, were it ever taken for source. */
export const hostileName = '"]; throw new Error(`hostile`); //\n\u2028 \\';
