import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { FieldData, Struct } from '../../src/protocol/message.ts';
import type { FieldPlan, StructPlan } from '../../src/protocol/plan.ts';

/** What must never be seen again. */
export const canary = 'CANARY-S3CR3T';

/** What must survive. */
export const harmless = 'harmless';

const canaryBytes = new Uint8Array(Buffer.from(canary));
const harmlessBytes = new Uint8Array(Buffer.from(harmless));

/** How configuration entries of a body are named, and whether the broker marks them. */
export interface ConfigEntries {
  readonly name: string;
  readonly isSensitive: boolean;
  /** What their values hold. */
  readonly value: string;
}

function filling(field: FieldPlan, configs: ConfigEntries | null): FieldData {
  switch (field.kind) {
    case FieldKind.String:
      return field.secret ? canary : harmless;
    case FieldKind.Bytes:
    case FieldKind.Records:
      return field.secret ? canaryBytes : harmlessBytes;
    case FieldKind.Array: {
      const element = field.element;
      return element === null ? [] : [filling(element, configs), filling(element, configs)];
    }
    case FieldKind.Struct:
      return field.struct === null ? null : canaryBody(field.struct, configs);
    case FieldKind.Bool:
      return field.name === 'isSensitive' ? (configs?.isSensitive ?? false) : true;
    case FieldKind.Int64:
      return 7n;
    case FieldKind.Uuid:
      return 'AAAAAAAAAAAAAAAAAAAAAQ';
    default:
      return 7;
  }
}

/** A body with every field of a version set: secret ones hold the canary, all others something harmless. */
export function canaryBody(struct: StructPlan, configs: ConfigEntries | null = null): Struct {
  const body: Record<string, FieldData> = {};
  for (const field of struct.declared) body[field.name] = filling(field, configs);
  if (configs !== null && 'name' in body && 'value' in body) {
    body.name = configs.name;
    body.value = configs.value;
  }
  return body;
}

/** Tells whether the canary is anywhere in the bytes. */
export function hasCanary(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes(canary);
}
