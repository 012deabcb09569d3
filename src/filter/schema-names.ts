import { apiKeyMax, versionRange } from '../protocol/api-keys.ts';
import { planFor, type StructPlan } from '../protocol/plan.ts';
import type { SchemaPath } from './ast.ts';

/** Field names of all requests (`req`) or responses (`res`), all APIs and versions. */
type Names = ReadonlySet<string>;

const known: { req: Names | null; res: Names | null } = { req: null, res: null };

function collect(struct: StructPlan, names: Set<string>): void {
  for (const field of struct.declared) {
    names.add(field.name);
    const inner = field.struct ?? field.element?.struct ?? null;
    if (inner !== null) collect(inner, names);
  }
}

/** The names a schema path may use on a side, made when first asked for. */
export function schemaNames(side: SchemaPath['side']): Names {
  const made = known[side];
  if (made !== null) return made;
  const names = new Set<string>();
  for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
    const range = versionRange(apiKey);
    if (range === null) continue;
    for (let version = range.min; version <= range.max; version++) {
      const plan = planFor(apiKey, side === 'req' ? 'request' : 'response', version);
      if (plan !== null) collect(plan.body, names);
    }
  }
  known[side] = names;
  return names;
}
