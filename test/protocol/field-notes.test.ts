import { expect, test } from 'vitest';
import { noteOf } from '../../src/protocol/field-notes.ts';
import { type FieldPlan, planFor } from '../../src/protocol/plan.ts';

function field(key: number, type: 'request' | 'response', version: number, name: string): FieldPlan {
  const find = (fields: readonly FieldPlan[]): FieldPlan | null => {
    for (const candidate of fields) {
      if (candidate.name === name) return candidate;
      const inner = find(candidate.struct?.declared ?? candidate.element?.struct?.declared ?? []);
      if (inner !== null) return inner;
    }
    return null;
  };
  const plan = planFor(key, type, version);
  const found = plan === null ? null : (find(plan.header.declared) ?? find(plan.body.declared));
  if (found === null) throw new Error(`no field ${name}`);
  return found;
}

test('numbers that have a name are named', () => {
  expect(noteOf(field(0, 'request', 9, 'acks'), -1, 0)).toBe('all in-sync replicas');
  expect(noteOf(field(12, 'response', 4, 'errorCode'), 27, 12)).toBe('REBALANCE_IN_PROGRESS');
  expect(noteOf(field(18, 'request', 3, 'requestApiKey'), 18, 18)).toBe('ApiVersions');
  expect(noteOf(field(18, 'response', 3, 'apiKey'), 3, 18)).toBe('Metadata');
  expect(noteOf(field(2, 'request', 5, 'timestamp'), -2n, 2)).toBe('earliest');
});

test('other numbers are just numbers', () => {
  expect(noteOf(field(0, 'request', 9, 'acks'), 7, 0)).toBeNull();
  expect(noteOf(field(0, 'request', 9, 'timeoutMs'), -1, 0)).toBeNull();
  expect(noteOf(field(2, 'request', 5, 'timestamp'), 1_700_000_000_000n, 2)).toBeNull();
  expect(noteOf(field(18, 'response', 3, 'apiKey'), 12_000, 18)).toBeNull();
});
