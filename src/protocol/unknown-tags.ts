import { isArray, isStruct } from './field-equality.ts';
import type { Struct, UnknownTag } from './message.ts';
import type { MessagePlan, StructPlan } from './plan.ts';

function visit(
  plan: StructPlan,
  struct: Struct,
  path: string,
  byPath: Map<string, UnknownTag[]>,
  into: UnknownTag[],
): void {
  for (const field of plan.declared) {
    const value = struct[field.name];
    const inner = field.struct ?? field.element?.struct;
    if (inner === null || inner === undefined || value === undefined) continue;
    const at = path === '' ? field.name : `${path}.${field.name}`;
    if (isStruct(value)) visit(inner, value, at, byPath, into);
    else if (isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const item = value[index];
        if (isStruct(item)) visit(inner, item, `${at}[${index}]`, byPath, into);
      }
    }
  }
  const own = byPath.get(path);
  if (own === undefined) return;
  into.push(...own);
  byPath.delete(path);
}

/**
 * Unknown tags in the order in which Kafka's classes are visited: the fields of a struct as declared, then its own tags.
 * On the wire a tagged struct comes after all untagged ones, so the order differs where one is declared among them.
 */
export function orderUnknownTags(plan: MessagePlan, body: Struct, tags: readonly UnknownTag[]): readonly UnknownTag[] {
  if (tags.length < 2) return tags;
  const ordered: UnknownTag[] = [];
  const byPath = new Map<string, UnknownTag[]>();
  for (const tag of tags) {
    if (tag.in === 'header') {
      ordered.push(tag);
      continue;
    }
    const same = byPath.get(tag.path);
    if (same === undefined) byPath.set(tag.path, [tag]);
    else same.push(tag);
  }
  visit(plan.body, body, '', byPath, ordered);
  // A tagged field that was sent twice leaves only its last value in the body; the tags of the first are kept.
  for (const rest of byPath.values()) ordered.push(...rest);
  return ordered;
}
