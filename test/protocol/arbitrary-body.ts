import fc from 'fast-check';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { equalFields } from '../../src/protocol/field-equality.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { FieldData, MessageType, Struct } from '../../src/protocol/message.ts';
import { type FieldPlan, type MessagePlan, planFor, type StructPlan } from '../../src/protocol/plan.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

function arbitraryPresent(field: FieldPlan): fc.Arbitrary<FieldData> {
  switch (field.kind) {
    case FieldKind.Bool:
      return fc.boolean();
    case FieldKind.Int8:
      return fc.integer({ min: -128, max: 127 });
    case FieldKind.Int16:
      return fc.integer({ min: -32_768, max: 32_767 });
    case FieldKind.Uint16:
      return fc.nat({ max: 65_535 });
    case FieldKind.Uint32:
      return fc.nat({ max: 0xffffffff });
    case FieldKind.Int64:
      return int64;
    case FieldKind.Float64:
      return fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value));
    case FieldKind.Uuid:
      return uuid;
    case FieldKind.String:
      return fc.string({ unit: 'binary', maxLength: 40 });
    case FieldKind.Bytes:
    case FieldKind.Records:
      return fc.uint8Array({ maxLength: 40 });
    case FieldKind.Struct:
      return field.struct === null ? fc.constant(null) : arbitraryStruct(field.struct);
    case FieldKind.Array:
      return field.element === null ? fc.constant(null) : fc.array(arbitraryPresent(field.element), { maxLength: 3 });
    default:
      return fc.integer();
  }
}

function arbitraryField(field: FieldPlan): fc.Arbitrary<FieldData> {
  const present = arbitraryPresent(field);
  return field.nullable ? fc.option(present, { nil: null, freq: 3 }) : present;
}

/** Bodies of a plan as decode gives them: tagged fields are there only when they differ from their default. */
export function arbitraryStruct(plan: StructPlan): fc.Arbitrary<Struct> {
  const fields = Object.fromEntries(plan.declared.map((field) => [field.name, arbitraryField(field)]));
  return fc.record(fields, { requiredKeys: plan.fields.map((field) => field.name) }).map((struct) => {
    const kept: Record<string, FieldData> = {};
    for (const field of plan.declared) {
      const value = struct[field.name];
      if (value === undefined || (field.tag >= 0 && equalFields(value, field.defaultValue))) continue;
      kept[field.name] = value;
    }
    return kept;
  });
}

const plans: MessagePlan[] = [];
for (let key = 0; key <= apiKeyMax; key += 1) {
  const range = versionRange(key);
  for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version += 1) {
    for (const type of ['request', 'response'] as const) {
      const plan = planFor(key, type, version);
      if (plan !== null) plans.push(plan);
    }
  }
}

/** A message and where its plan is found; the plan itself would drown a counterexample. */
export interface ArbitraryMessage {
  readonly apiKey: number;
  readonly type: MessageType;
  readonly apiVersion: number;
  readonly body: Struct;
}

/** Any message of any version with any body. */
export const arbitraryMessage: fc.Arbitrary<ArbitraryMessage> = fc
  .nat({ max: plans.length - 1 })
  .chain((index): fc.Arbitrary<ArbitraryMessage> => {
    const plan = plans[index];
    if (plan === undefined) throw new Error('no plan');
    const { apiKey, type, apiVersion } = plan;
    return arbitraryStruct(plan.body).map((body) => ({ apiKey, type, apiVersion, body }));
  });

/** The plan of a version that is known to exist. */
export function planOf(apiKey: number, type: MessageType, apiVersion: number, lib?: '3.9.1'): MessagePlan {
  const plan = planFor(apiKey, type, apiVersion, lib);
  if (plan === null) throw new Error(`no plan for ${apiKey} ${type} ${apiVersion}`);
  return plan;
}
