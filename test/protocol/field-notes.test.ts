import { expect, test } from 'vitest';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { FieldNames } from '../../src/protocol/field-names.ts';
import { nameNoteOf, noteOf, noteRows } from '../../src/protocol/field-notes.ts';
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

/** Every field of every version of an API, with its owner's name for elements of arrays. */
function fieldsOf(key: number, type: 'request' | 'response'): { readonly name: string; readonly field: FieldPlan }[] {
  const found: { name: string; field: FieldPlan }[] = [];
  const range = versionRange(key);
  const visit = (fields: readonly FieldPlan[]): void => {
    for (const candidate of fields) {
      found.push({ name: candidate.name, field: candidate.element ?? candidate });
      visit(candidate.struct?.declared ?? candidate.element?.struct?.declared ?? []);
    }
  };
  for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version++) {
    visit(planFor(key, type, version)?.body.declared ?? []);
  }
  return found;
}

const keys = Array.from({ length: apiKeyMax + 1 }, (_, key) => key);
const types = ['request', 'response'] as const;
const numeric: readonly FieldKind[] = [
  FieldKind.Bool,
  FieldKind.Int8,
  FieldKind.Int16,
  FieldKind.Int32,
  FieldKind.Int64,
];

test('every field that the table names exists in every API it is named for, and holds a number', () => {
  for (const row of noteRows) {
    for (const key of row.apis === 'any' ? [null] : row.apis) {
      const fields = (key === null ? keys : [key]).flatMap((one) =>
        types.filter((type) => row.type === undefined || row.type === type).flatMap((type) => fieldsOf(one, type)),
      );
      const found = fields.filter(({ name, field: plan }) => row.fields.includes(name) && numeric.includes(plan.kind));
      expect(found.length, `${row.fields.join()} of ${key ?? 'any'}`).toBeGreaterThan(0);
    }
    for (const name of row.fields) {
      const inApis = row.apis === 'any' ? keys : row.apis;
      const found = inApis.some((key) => types.some((type) => fieldsOf(key, type).some((one) => one.name === name)));
      expect(found, name).toBe(true);
    }
  }
});

test('every int8 of every API is an enumeration, and the table has its words', () => {
  const without = new Set<string>();
  for (const key of keys) {
    for (const type of types) {
      for (const { name, field: plan } of fieldsOf(key, type)) {
        if (plan.kind !== FieldKind.Int8) continue;
        const named = [-1, 0, 1, 2].some((value) => noteOf(plan, value, key, name, type) !== null);
        if (!named) without.add(`${key} ${type} ${name}`);
      }
    }
  }
  expect([...without]).toEqual([]);
});

test('no name stands for two values, nor a value for two names', () => {
  for (const { words, fields } of noteRows) {
    expect(words.size, fields.join()).toBeGreaterThan(0);
    expect(new Set(words.values()).size, fields.join()).toBe(words.size);
  }
});

test('numbers that have a name are named', () => {
  expect(noteOf(field(0, 'request', 9, 'acks'), -1, 0)).toBe('all in-sync replicas');
  expect(noteOf(field(12, 'response', 4, 'errorCode'), 27, 12)).toBe('REBALANCE_IN_PROGRESS');
  expect(noteOf(field(18, 'request', 3, 'requestApiKey'), 18, 18)).toBe('ApiVersions');
  expect(noteOf(field(18, 'response', 3, 'apiKey'), 3, 18)).toBe('Metadata');
  expect(noteOf(field(27, 'request', 1, 'transactionResult'), true, 27)).toBe('COMMIT');
  expect(noteOf(field(26, 'request', 3, 'committed'), false, 26)).toBe('ABORT');
  expect(noteOf(field(22, 'response', 4, 'producerId'), -1n, 22)).toBe('NO_PRODUCER_ID');
});

test('the same field means different things in different APIs, and in requests and responses', () => {
  const resourceType = field(29, 'response', 3, 'resourceType');
  expect(noteOf(resourceType, 4, 29)).toBe('CLUSTER');
  expect(noteOf(field(32, 'request', 4, 'resourceType'), 4, 32)).toBe('BROKER');
  expect(noteOf(resourceType, 4, -1)).toBeNull();
  const timestamp = field(2, 'request', 5, 'timestamp');
  expect(noteOf(timestamp, -1n, 2, 'timestamp', 'request')).toBe('LATEST_TIMESTAMP');
  expect(noteOf(timestamp, -2n, 2, 'timestamp', 'request')).toBe('EARLIEST_TIMESTAMP');
  expect(noteOf(field(2, 'response', 5, 'timestamp'), -1n, 2, 'timestamp', 'response')).toBe('UNKNOWN_TIMESTAMP');
});

test('elements of arrays take the name of their array', () => {
  const element = field(78, 'request', 1, 'acknowledgeTypes').element;
  if (element === null) throw new Error('not an array');
  expect(noteOf(element, 2, 78, 'acknowledgeTypes', 'request')).toBe('RELEASE');
  expect(noteOf(element, 2, 78)).toBeNull();
});

test('a set of operations is spelled out, one that was not asked for is said to be so', () => {
  const operations = field(3, 'response', 12, 'topicAuthorizedOperations');
  expect(noteOf(operations, (1 << 3) | (1 << 8), 3)).toBe('READ, DESCRIBE');
  expect(noteOf(operations, -2_147_483_648, 3)).toBe('AUTHORIZED_OPERATIONS_OMITTED');
  expect(noteOf(operations, 0, 3)).toBeNull();
});

test('ids of directories that stand for a state are named, others are not', () => {
  const directory = field(1, 'request', 17, 'replicaDirectoryId');
  expect(noteOf(directory, 'AAAAAAAAAAAAAAAAAAAAAQ', 1)).toBe('UNASSIGNED');
  expect(noteOf(directory, 'x1y2z3AAAAAAAAAAAAAAAA', 1)).toBeNull();
  expect(noteOf(field(3, 'response', 12, 'topicId'), 'AAAAAAAAAAAAAAAAAAAAAg', 3)).toBeNull();
});

test('ids are followed by the names that other messages taught', () => {
  const names: FieldNames = {
    topicOf: (id) => (id === 'x1y2z3AAAAAAAAAAAAAAAA' ? 'orders' : null),
    transactionalIdOf: (id) => (id === 7n ? 'payments-1' : null),
  };
  const topicId = field(1, 'request', 13, 'topicId');
  expect(nameNoteOf(topicId, 'x1y2z3AAAAAAAAAAAAAAAA', 'topicId', names)).toBe('orders');
  expect(nameNoteOf(topicId, 'y1y2z3AAAAAAAAAAAAAAAA', 'topicId', names)).toBeNull();
  const producerId = field(1, 'response', 13, 'producerId');
  expect(nameNoteOf(producerId, 7n, 'producerId', names)).toBe('payments-1');
  expect(nameNoteOf(field(67, 'response', 0, 'producerIdStart'), 7n, 'producerIdStart', names)).toBeNull();
});

test('other numbers are just numbers', () => {
  expect(noteOf(field(0, 'request', 9, 'acks'), 7, 0)).toBeNull();
  expect(noteOf(field(0, 'request', 9, 'timeoutMs'), -1, 0)).toBeNull();
  expect(noteOf(field(2, 'request', 5, 'timestamp'), 1_700_000_000_000n, 2, 'timestamp', 'request')).toBeNull();
  expect(noteOf(field(18, 'response', 3, 'apiKey'), 12_000, 18)).toBeNull();
});
