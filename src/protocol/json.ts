import { EncodeError } from './encode.ts';
import { isArray, isStruct } from './field-equality.ts';
import { FieldKind } from './field-kind.ts';
import { jsonBase64, jsonNumber, jsonText } from './json-text.ts';
import type { FieldData, Struct } from './message.ts';
import type { FieldPlan, MessagePlan, StructPlan } from './plan.ts';

/** Kafka prints the size of a records field, never its bytes. */
const sizeSuffix = 'SizeInBytes';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function fieldToJson(field: FieldPlan, value: FieldData): unknown {
  if (value === null) return null;
  if (value instanceof Uint8Array) return base64(value);
  if (field.struct !== null && isStruct(value)) return structToJson(field.struct, value);
  if (field.element !== null && isArray(value)) {
    const element = field.element;
    return value.map((item) => fieldToJson(element, item));
  }
  return value;
}

function putField(into: Record<string, unknown>, field: FieldPlan, value: FieldData | undefined): void {
  if (value === undefined) return;
  if (field.kind === FieldKind.Records && value instanceof Uint8Array) into[field.name + sizeSuffix] = value.length;
  else into[field.name] = fieldToJson(field, value);
}

/** A struct in Kafka's JsonConverter form. */
export function structToJson(plan: StructPlan, struct: Struct): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const field of plan.declared) putField(json, field, struct[field.name]);
  return json;
}

/**
 * A body in Kafka's JsonConverter form: records as `<name>SizeInBytes`, bytes as base64. int64 stays a bigint, because
 * only the writer (`printJson`) can print all its digits.
 */
export function bodyToJson(plan: MessagePlan, body: Struct): unknown {
  return structToJson(plan.body, body);
}

/** Hands out the bytes of records fields in wire order, as their JSON form has only sizes. */
class RecordsSource {
  readonly #records: readonly Uint8Array[];
  #next = 0;

  constructor(records: readonly Uint8Array[]) {
    this.#records = records;
  }

  take(path: string): Uint8Array {
    const bytes = this.#records[this.#next];
    this.#next += 1;
    if (bytes === undefined) throw new EncodeError(path, 'its records are not among the given ones');
    return bytes;
  }

  /** Leftover records name no field: refused, as they would be lost. */
  finish(): void {
    const left = this.#records.length - this.#next;
    if (left > 0) throw new EncodeError('', `${left} records have no field in this body`);
  }
}

function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Floats that JSON has no number for, as `printJson` writes them. */
const specialFloats: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function fieldFromJson(field: FieldPlan, value: unknown, path: string, records: RecordsSource): FieldData {
  if (value === null) return null;
  if (field.kind === FieldKind.Array) return arrayFromJson(field, value, path, records);
  if (field.struct !== null) {
    if (!isJsonObject(value)) throw new EncodeError(path, 'expected an object');
    return structFromJson(field.struct, value, path, records);
  }
  if (field.kind === FieldKind.Bytes || field.kind === FieldKind.Records) {
    if (typeof value !== 'string') throw new EncodeError(path, 'expected base64');
    return Buffer.from(value, 'base64');
  }
  if (field.kind === FieldKind.Float64 && typeof value === 'string') {
    const special = specialFloats[value];
    if (special !== undefined) return special;
  }
  if (field.kind === FieldKind.Int64) {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  } else if (typeof value === 'bigint') return Number(value);
  const type = typeof value;
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw new EncodeError(path, `did not expect ${type}`);
}

function arrayFromJson(field: FieldPlan, value: unknown, path: string, records: RecordsSource): FieldData {
  const element = field.element;
  if (element === null || !Array.isArray(value)) throw new EncodeError(path, 'expected an array');
  return value.map((item, index) => fieldFromJson(element, item, `${path}[${index}]`, records));
}

function structFromJson(
  plan: StructPlan,
  json: Readonly<Record<string, unknown>>,
  path: string,
  records: RecordsSource,
): Struct {
  const struct: Record<string, FieldData> = {};
  const known = new Set<string>();
  for (const field of plan.declared) {
    const at = path === '' ? field.name : `${path}.${field.name}`;
    const sizeName = field.name + sizeSuffix;
    known.add(field.name);
    if (field.kind === FieldKind.Records) {
      known.add(sizeName);
      if (json[sizeName] !== undefined) struct[field.name] = records.take(at);
    }
    const value = json[field.name];
    if (value !== undefined) struct[field.name] = fieldFromJson(field, value, at, records);
  }
  for (const name in json) {
    if (!known.has(name)) throw new EncodeError(path === '' ? name : `${path}.${name}`, 'is no field of this version');
  }
  return struct;
}

/** The inverse of `structToJson`; `records` are the bytes of the records fields in wire order. */
export function jsonToStruct(plan: StructPlan, json: unknown, records: readonly Uint8Array[] = []): Struct {
  if (!isJsonObject(json)) throw new EncodeError('', 'expected an object');
  const source = new RecordsSource(records);
  const struct = structFromJson(plan, json, '', source);
  source.finish();
  return struct;
}

function printObject(value: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${jsonText(name)}:${printJson(item)}`;
  }
  return `${text}}`;
}

/**
 * Prints a value as JSON on one line. The one writer of JSON here: bigint prints all its digits, NaN and infinities
 * print as strings, bytes as base64, undefined members not at all.
 */
export function printJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return jsonText(value);
    case 'number':
      return jsonNumber(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? 'true' : 'false';
    default:
  }
  if (value instanceof Uint8Array) return jsonBase64(value);
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index += 1) text += (index === 0 ? '' : ',') + printJson(value[index]);
    return `${text}]`;
  }
  return isJsonObject(value) ? printObject(value) : 'null';
}

/**
 * Parses JSON without losing digits: an integer beyond 2^53 becomes a bigint, any other number stays a number. Returns
 * the parsed value as `unknown`; a text that is no JSON throws `SyntaxError`, as `JSON.parse` does.
 */
export function parseExactJson(text: string): unknown {
  // The reviver costs several times the parse, and only digits of that length can lose anything.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, reviveExact);
}

function reviveExact(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
