import { expect, test } from 'vitest';
import { schemaNames } from '../../src/filter/schema-names.ts';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { planFor, type StructPlan } from '../../src/protocol/plan.ts';

function collect(struct: StructPlan, names: Set<string>): void {
  for (const field of struct.declared) {
    names.add(field.name);
    const inner = field.struct ?? field.element?.struct ?? null;
    if (inner !== null) collect(inner, names);
  }
}

test.each([
  ['req', 'request'],
  ['res', 'response'],
] as const)('%s has exactly the names of all plans', (side, type) => {
  const names = new Set<string>();
  for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
    const range = versionRange(apiKey);
    if (range === null) continue;
    for (let version = range.min; version <= range.max; version++) {
      const plan = planFor(apiKey, type, version);
      if (plan !== null) collect(plan.body, names);
    }
  }
  expect([...schemaNames(side)].sort()).toEqual([...names].sort());
});
