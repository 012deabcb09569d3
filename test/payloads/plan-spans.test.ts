import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowhere } from '../../src/payloads/payload-reader.ts';
import { PayloadTrees } from '../../src/payloads/payload-tree.ts';
import { type PlanHabits, writePlan } from '../../src/payloads/plan-spans.ts';
import { StructEncoder } from '../../src/protocol/encode.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { FieldData, Struct } from '../../src/protocol/message.ts';
import { type FieldPlan, planTable, type StructPlan } from '../../src/protocol/plan.ts';
import { consumerOffsets } from '../../src/protocol/schema/records/consumer-offsets.ts';
import { transactionState } from '../../src/protocol/schema/records/transaction-state.ts';
import type { MessageTable } from '../../src/protocol/table.ts';
import { SpanBudget, type SpanLimits, SpanWriter } from '../../src/records/span-writer.ts';
import { allSpans, expectNested } from '../records/span-checks.ts';
import { hexBytes, host, toJson } from './payload-checks.ts';

function written(bytes: Uint8Array, plan: StructPlan, habits: PlanHabits = {}, limits: Partial<SpanLimits> = {}) {
  const budget = new SpanBudget(limits);
  const writer = new SpanWriter(bytes, '', budget);
  const reader = writer.within(0, bytes.length, () => writePlan(writer, plan, nowhere, new PayloadTrees(host), habits));
  expectNested(writer.spans, bytes, budget.views);
  return { spans: writer.spans, budget, reader };
}

const all: FieldData[] = [];

/** Any value of a field; nullable ones may be null. Structs hold every field, tagged ones too. */
function anyValueOf(field: FieldPlan): fc.Arbitrary<FieldData> {
  const value = plainValueOf(field);
  return field.nullable ? fc.oneof(value, fc.constant(null)) : value;
}

function plainValueOf(field: FieldPlan): fc.Arbitrary<FieldData> {
  switch (field.kind) {
    case FieldKind.Bool:
      return fc.boolean();
    case FieldKind.Int8:
      return fc.integer({ min: -128, max: 127 });
    case FieldKind.Int16:
      return fc.integer({ min: -32_768, max: 32_767 });
    case FieldKind.Uint16:
      return fc.nat(65_535);
    case FieldKind.Int32:
      return fc.integer();
    case FieldKind.Uint32:
      return fc.nat();
    case FieldKind.Int64:
      return fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
    case FieldKind.Float64:
      return fc.double({ noNaN: true });
    case FieldKind.Uuid:
      return fc.uint8Array({ minLength: 16, maxLength: 16 }).map((one) => Buffer.from(one).toString('base64url'));
    case FieldKind.String:
      return fc.string({ maxLength: 12 });
    case FieldKind.Bytes:
    case FieldKind.Records:
      return fc.uint8Array({ maxLength: 12 });
    case FieldKind.Array:
      return field.element === null ? fc.constant(all) : fc.array(plainValueOf(field.element), { maxLength: 3 });
    default:
      return field.struct === null ? fc.constant({}) : structOf(field.struct);
  }
}

function structOf(plan: StructPlan): fc.Arbitrary<Struct> {
  // A tagged struct that may be null is written with a marker of its own, which the encoder does not know.
  const fields = plan.declared.filter((field) => !(field.tag >= 0 && field.kind === FieldKind.Struct));
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, anyValueOf(field)])));
}

function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asJson(part)]));
}

const tables = [...consumerOffsets, ...transactionState].flatMap(({ key, value }): [MessageTable, number][] => {
  const versions: [MessageTable, number][] = [[key, 0]];
  const [first = 0, last = first] = value.versions.split('-').map(Number);
  for (let version = first; version <= last; version += 1) versions.push([value, version]);
  return versions;
});

describe('writePlan', () => {
  it('reads whatever the encoder writes, by every table of the coordinators', () => {
    for (const [table, version] of tables) {
      const plan = planTable(table, version);
      fc.assert(
        fc.property(structOf(plan), (struct) => {
          const encoder = new StructEncoder();
          encoder.encode('body', plan, struct);
          const bytes = encoder.finish();
          const { spans, reader } = written(bytes, plan);
          expect([reader.failureDetail, reader.remaining]).toEqual(['', 0]);
          // A tagged field at its default is not written.
          expect(asJson(struct)).toMatchObject(toJson(spans, bytes));
        }),
        { numRuns: 8 },
      );
    }
  });

  const table: MessageTable = {
    name: 'Example',
    versions: '0',
    flexible: '0+',
    removed: 'none',
    fields:
      '\nname string 0+\nsecretKey bytes 0+ secret\nids []int32 0+\ninner Inner 0+ nullable default:null tag:0\n  id int32 0+\n',
  };
  const plan = planTable(table, 0);
  // name `ab`, a secret of two bytes, ids 1 and 2, then the tag of `inner`.
  const front = '03 6162 03 cafe 03 00000001 00000002';

  it('reads the marker of a tagged struct as Java writes it', () => {
    const empty = written(hexBytes(`${front} 01 00 01 00`), plan);
    expect(empty.spans.at(-1)?.children[0]).toMatchObject({ name: 'inner', value: null });
    const present = written(hexBytes(`${front} 01 00 06 01 00000009 00`), plan);
    expect(present.reader.failed).toBe(false);
    expect(present.spans.at(-1)?.children[0]?.children[0]).toMatchObject({ name: 'id', value: 9 });
  });

  it('does not look into secrets, and hides text where it is told to', () => {
    const { spans } = written(hexBytes(`${front} 00`), plan, { hides: (field) => field.name === 'name' });
    expect(spans[0]).toMatchObject({ value: undefined, note: 'redacted' });
    expect(spans[1]).toMatchObject({ value: undefined, note: '2 bytes, secret', children: [] });
  });

  it('stops at what no writer writes, with the prefix', () => {
    const cases: readonly [string, string][] = [
      ['00', 'null, where the schema allows no null'],
      ['09 6162', 'needs 8 bytes'],
      ['03 6162 03 cafe ff ff ff ff 07', 'elements cannot fit'],
      [`${front} 05`, '5 tagged fields cannot fit'],
      [`${front} 01 00 03 01 00000009 00`, 'its value takes'],
    ];
    for (const [hex, reason] of cases) expect(written(hexBytes(hex), plan).reader.failureDetail).toContain(reason);
    expect(written(hexBytes('03 6162 03 ca'), plan).spans.map((span) => span.name)).toEqual(['name']);
  });

  it('keeps to its limit and counts what it leaves out', () => {
    const bytes = hexBytes(`${front} 00`);
    const { budget, spans } = written(bytes, plan, {}, { spansMax: 4 });
    expect(allSpans(spans)).toHaveLength(4);
    expect(budget.omitted).toBe(2);
  });

  it('lets a format end early only where it says so', () => {
    const short = planTable({ ...table, flexible: 'none', fields: '\na int16 0+\nb int16 0+\n' }, 0);
    expect(written(hexBytes('0001'), short).reader.failed).toBe(true);
    expect(written(hexBytes('0001'), short, { mayEndEarly: true }).reader.failed).toBe(false);
  });
});
