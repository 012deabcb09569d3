import { apiTable } from './api-keys.ts';
import { FieldKind, fixedBytes, kindOf } from './field-kind.ts';
import { requestHeaderVersion, responseHeaderVersion } from './headers.ts';
import type { DecodedMessage, FieldData, MessageJson, MessageType, Struct } from './message.ts';
import { headerTables } from './schema/index.ts';
import { hasVersion, type MessageTable, parseFields, parseVersions, type TableField } from './table.ts';
import type { WalkFacts } from './walk-facts.ts';

/** A field as one version has it. All plans share this shape, so interpreters stay monomorphic. */
export interface FieldPlan {
  /** Kafka's name, first letter lowered; '' for the element of an array. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly compact: boolean;
  readonly nullable: boolean;
  /** Tag number; -1 for an untagged field. */
  readonly tag: number;
  readonly defaultValue: FieldData;
  /** `topicName`, `groupId`, `transactionalId`, `producerId`, `brokerId` or null; an array's element has its owner's. */
  readonly entityType: string | null;
  readonly element: FieldPlan | null;
  readonly struct: StructPlan | null;
  /** Holds credentials: never shown or kept unless asked for. */
  readonly secret: boolean;
  /** Fewest bytes a value takes; a count of elements is checked against it before anything is allocated. */
  readonly bytesMin: number;
}

/** A struct as one version has it. */
export interface StructPlan {
  readonly name: string;
  /** Untagged fields in wire order. */
  readonly fields: readonly FieldPlan[];
  /** Tagged fields by ascending tag. */
  readonly tagged: readonly FieldPlan[];
  /** All of them in the order of the spec, which is how Kafka prints and visits them. */
  readonly declared: readonly FieldPlan[];
  readonly flexible: boolean;
  readonly bytesMin: number;
}

/** The compiled forms of a plan (`compile-walk.ts`, `-decode.ts`, `-json.ts`): made once it was used often enough. */
export interface CompiledForms {
  walkUses: number;
  walk: ((bytes: Uint8Array, facts: WalkFacts) => number) | null;
  decodeUses: number;
  decode: ((bytes: Uint8Array) => DecodedMessage | null) | null;
  jsonUses: number;
  json: ((bytes: Uint8Array) => MessageJson | null) | null;
}

/** A message as one version has it: what decode, encode, walk and annotate interpret. */
export interface MessagePlan {
  readonly apiKey: number;
  readonly apiName: string;
  readonly type: MessageType;
  readonly apiVersion: number;
  readonly headerVersion: number;
  readonly flexible: boolean;
  readonly header: StructPlan;
  readonly body: StructPlan;
  readonly compiled: CompiledForms;
}

/** Longest string Kafka's own reader takes, also in the compact form, which could say more. */
export const stringBytesMax = 32_767;

/** A tagged field takes a byte of tag and a byte of size at least. */
export const taggedFieldBytesMin = 2;

/** Deepest nesting of structs in a plan; the generator refuses deeper specs, so no bytes can recurse further. */
export const nestingMax = 16;

/**
 * Most values one message is decoded into. Bytes bound the count already, but a small value costs far more as an object
 * than on the wire; 8 million is about half a gigabyte of heap, and beyond any message seen in the field.
 */
export const decodedValuesMax = 8_388_608;

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';
const emptyBytes = new Uint8Array(0);
const emptyArray: readonly FieldData[] = Object.freeze([]);

function bytesMinOf(kind: FieldKind, compact: boolean, nullable: boolean, struct: StructPlan | null): number {
  switch (kind) {
    case FieldKind.String:
      return compact ? 1 : 2;
    case FieldKind.Bytes:
    case FieldKind.Records:
    case FieldKind.Array:
      return compact ? 1 : 4;
    case FieldKind.Struct:
      return nullable ? 1 : (struct?.bytesMin ?? 0);
    default:
      return fixedBytes[kind] ?? 0;
  }
}

function emptyValue(kind: FieldKind, struct: StructPlan | null): FieldData {
  switch (kind) {
    case FieldKind.Bool:
      return false;
    case FieldKind.Int64:
      return 0n;
    case FieldKind.Uuid:
      return zeroUuid;
    case FieldKind.String:
      return '';
    case FieldKind.Bytes:
    case FieldKind.Records:
      return emptyBytes;
    case FieldKind.Array:
      return emptyArray;
    case FieldKind.Struct:
      return struct === null ? null : defaultStruct(struct);
    default:
      return 0;
  }
}

function defaultStruct(struct: StructPlan): Struct {
  const value: Record<string, FieldData> = {};
  for (const field of struct.fields) value[field.name] = field.defaultValue;
  return value;
}

function defaultOf(field: TableField, kind: FieldKind, nullable: boolean, struct: StructPlan | null): FieldData {
  const text = field.defaultText;
  // Records start out null in Kafka's own classes; other types only where the spec says so.
  if (text === 'null' || (text === null && kind === FieldKind.Records))
    return nullable ? null : emptyValue(kind, struct);
  if (text === null) return emptyValue(kind, struct);
  if (kind === FieldKind.String) return text;
  if (kind === FieldKind.Bool) return text === 'true';
  return kind === FieldKind.Int64 ? BigInt(text) : Number(text);
}

function planElement(field: TableField, type: string, compact: boolean, struct: StructPlan | null): FieldPlan {
  const kind = kindOf(type);
  return {
    name: '',
    kind,
    compact,
    nullable: false,
    tag: -1,
    defaultValue: emptyValue(kind, struct),
    entityType: field.entityType,
    element: null,
    struct,
    secret: field.secret,
    bytesMin: bytesMinOf(kind, compact, false, struct),
  };
}

function planField(field: TableField, version: number, flexible: boolean, depth: number): FieldPlan {
  const array = field.type.startsWith('[]');
  const elementType = array ? field.type.slice(2) : field.type;
  const compact = flexible && !field.rigid;
  const nullable = hasVersion(field.nullable, version);
  const inner = kindOf(elementType);
  const struct =
    inner === FieldKind.Struct ? planStruct(elementType, field.children, version, flexible, depth + 1) : null;
  const kind = array ? FieldKind.Array : inner;
  return {
    name: field.name,
    kind,
    compact,
    nullable,
    tag: hasVersion(field.tagged, version) ? field.tag : -1,
    defaultValue: defaultOf(field, kind, nullable, struct),
    entityType: field.entityType,
    element: array ? planElement(field, elementType, compact, struct) : null,
    struct: array ? null : struct,
    secret: field.secret,
    bytesMin: bytesMinOf(kind, compact, nullable, struct),
  };
}

/** Resolves a struct's table for one version. */
export function planStruct(
  name: string,
  table: readonly TableField[],
  version: number,
  flexible: boolean,
  depth = 0,
): StructPlan {
  if (depth > nestingMax) throw new Error(`${name} nests deeper than ${nestingMax}`);
  const fields: FieldPlan[] = [];
  const tagged: FieldPlan[] = [];
  const declared: FieldPlan[] = [];
  let bytesMin = flexible ? 1 : 0;
  for (const line of table) {
    if (!hasVersion(line.versions, version)) continue;
    const field = planField(line, version, flexible, depth);
    declared.push(field);
    if (field.tag >= 0) {
      tagged.push(field);
      continue;
    }
    fields.push(field);
    bytesMin += field.bytesMin;
  }
  tagged.sort((a, b) => a.tag - b.tag);
  return { name, fields, tagged, declared, flexible, bytesMin };
}

/** Resolves a whole table for one version, as 3.9.1 reads it where that is asked for and differs. */
export function planTable(table: MessageTable, version: number, lib?: '3.9.1'): StructPlan {
  const older =
    lib !== undefined && table.in391 !== undefined && hasVersion(parseVersions(table.in391.versions), version);
  const text = older ? (table.in391?.fields ?? '') : table.fields;
  return planStruct(table.name, parseFields(text), version, hasVersion(parseVersions(table.flexible), version));
}

function makePlan(apiKey: number, type: MessageType, apiVersion: number, lib: '3.9.1' | undefined): MessagePlan | null {
  const api = apiTable(apiKey);
  if (api === undefined) return null;
  const table = type === 'request' ? api.request : api.response;
  if (!hasVersion(parseVersions(table.versions), apiVersion)) return null;
  const request = type === 'request';
  const headerVersion = request ? requestHeaderVersion(apiKey, apiVersion) : responseHeaderVersion(apiKey, apiVersion);
  const body = planTable(table, apiVersion, lib);
  return {
    apiKey,
    apiName: lib === undefined ? api.name : (api.name391 ?? api.name),
    type,
    apiVersion,
    headerVersion,
    flexible: body.flexible,
    header: planTable(request ? headerTables.request : headerTables.response, headerVersion),
    body,
    compiled: { walkUses: 0, walk: null, decodeUses: 0, decode: null, jsonUses: 0, json: null },
  };
}

/** Plans made so far, by `4 × key + 2 × older + response`, then version. Only what a table has gets in, so it is bounded. */
const plans: MessagePlan[][] = [];

/** The plan of one version of a message; null when no table has it. `lib` asks for the reading of 3.9.1. */
export function planFor(apiKey: number, type: MessageType, apiVersion: number, lib?: '3.9.1'): MessagePlan | null {
  const slot = apiKey * 4 + (lib === undefined ? 0 : 2) + (type === 'request' ? 0 : 1);
  const known = plans[slot]?.[apiVersion];
  if (known !== undefined) return known;
  const plan = makePlan(apiKey, type, apiVersion, lib);
  if (plan === null) return null;
  const versions = plans[slot] ?? [];
  plans[slot] = versions;
  versions[apiVersion] = plan;
  return plan;
}
