import { Reader } from '../wire/reader.ts';
import { apiName } from './api-keys.ts';
import { type CompiledDecode, compileDecode } from './compile-decode.ts';
import { equalFields } from './field-equality.ts';
import { FieldKind } from './field-kind.ts';
import { FieldPath } from './field-path.ts';
import { checkTagSize, readCount, readFixed, readLength, readTagCount, readTagHead } from './field-reader.ts';
import type { FieldData, Message, MessageType, OpaqueMessage, Struct, UnknownTag } from './message.ts';
import { decodedValuesMax, type FieldPlan, type MessagePlan, planFor, type StructPlan } from './plan.ts';
import { compileAfterUses } from './source-parts.ts';
import { orderUnknownTags } from './unknown-tags.ts';

export { decodedValuesMax } from './plan.ts';

/** `lib` asks for the names and layout of 3.9.1 where it and the newest release disagree. */
export interface DecodeOptions {
  readonly lib?: '3.9.1';
}

const apiVersionsKey = 18;
const unsupportedVersion = 35;

/** Reads structs by plan. Failures stick to the reader; the decoder remembers on which field the first one fell. */
export class StructDecoder {
  readonly reader: Reader;
  readonly records: Uint8Array[] = [];
  readonly recordPaths: string[] = [];
  readonly unknownTags: UnknownTag[] = [];
  failurePath = '';
  readonly #path = new FieldPath();
  #section: 'header' | 'body' = 'body';
  #values = 0;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  /** Reads a top-level struct; look at `reader.failed` before using it. */
  decode(section: 'header' | 'body', plan: StructPlan): Struct {
    this.#section = section;
    return this.#struct(plan);
  }

  #struct(plan: StructPlan): Struct {
    const struct: Record<string, FieldData> = {};
    const fields = plan.fields;
    for (let at = 0; at < fields.length; at += 1) {
      const field = fields[at];
      if (field === undefined) break;
      struct[field.name] = this.#field(field);
      if (this.reader.failed) {
        this.#blame(field.name);
        return struct;
      }
    }
    if (plan.flexible) this.#taggedFields(plan, struct);
    return struct;
  }

  #blame(name: string): void {
    if (this.failurePath === '') this.failurePath = name === '' ? this.#path.owner() : this.#path.of(name);
  }

  #field(field: FieldPlan): FieldData {
    switch (field.kind) {
      case FieldKind.String:
        return this.#string(field);
      case FieldKind.Bytes:
        return this.#bytes(field);
      case FieldKind.Records:
        return this.#recordsField(field);
      case FieldKind.Struct:
        return this.#structField(field);
      case FieldKind.Array:
        return this.#array(field);
      default:
        return readFixed(this.reader, field.kind);
    }
  }

  #string(field: FieldPlan): string | null {
    const length = readLength(this.reader, field);
    return length < 0 ? null : this.reader.text(length);
  }

  #bytes(field: FieldPlan): Uint8Array | null {
    const length = readLength(this.reader, field);
    return length < 0 ? null : this.reader.slice(length);
  }

  #recordsField(field: FieldPlan): Uint8Array | null {
    const bytes = this.#bytes(field);
    if (bytes !== null && !this.reader.failed) {
      this.records.push(bytes);
      this.recordPaths.push(this.#path.of(field.name));
    }
    return bytes;
  }

  #structField(field: FieldPlan): FieldData {
    if (field.struct === null) return null;
    // A nullable struct has a byte before it: negative for null.
    if (field.nullable && this.reader.int8() < 0) return null;
    if (this.reader.failed) return null;
    this.#path.enter(field.name);
    const struct = this.#struct(field.struct);
    this.#path.leave();
    return struct;
  }

  #array(field: FieldPlan): FieldData {
    const { reader } = this;
    const { element } = field;
    if (element === null) return null;
    const start = reader.position;
    const count = readCount(reader, field, element);
    if (count < 0) return null;
    this.#values += count;
    if (this.#values > decodedValuesMax) {
      reader.fail('malformed', start, `more than ${decodedValuesMax} values; too many to decode`);
      return null;
    }
    return element.kind === FieldKind.Struct
      ? this.#structs(field.name, element, count)
      : this.#scalars(field.name, element, count);
  }

  #scalars(name: string, element: FieldPlan, count: number): FieldData {
    const values: FieldData[] = [];
    for (let index = 0; index < count; index += 1) {
      values.push(this.#field(element));
      if (this.reader.failed) {
        this.#blame(`${name}[${index}]`);
        break;
      }
    }
    return values;
  }

  #structs(name: string, element: FieldPlan, count: number): FieldData {
    const values: FieldData[] = [];
    if (element.struct === null) return values;
    this.#path.enter(name);
    for (let index = 0; index < count; index += 1) {
      this.#path.at(index);
      values.push(this.#struct(element.struct));
      if (this.reader.failed) break;
    }
    this.#path.leave();
    return values;
  }

  #taggedFields(plan: StructPlan, struct: Record<string, FieldData>): void {
    const { reader } = this;
    const count = readTagCount(reader);
    for (let tagged = 0; tagged < count && !reader.failed; tagged += 1) this.#taggedField(plan, struct);
    if (reader.failed) this.#blame('');
  }

  #taggedField(plan: StructPlan, struct: Record<string, FieldData>): void {
    const { reader, unknownTags } = this;
    const head = readTagHead(reader, plan);
    if (head === null) return;
    const { tag, size, field } = head;
    if (field === null) {
      unknownTags.push({ in: this.#section, path: this.#path.owner(), tag, data: reader.slice(size) });
      return;
    }
    const tagsBefore = unknownTags.length;
    const value = this.#field(field);
    checkTagSize(reader, head);
    if (reader.failed) {
      this.#blame(field.name);
      return;
    }
    // Kafka's writer leaves a default out, and its JSON too; one that was sent all the same reads as absent.
    if (unknownTags.length === tagsBefore && equalFields(value, field.defaultValue)) delete struct[field.name];
    else struct[field.name] = value;
  }
}

function opaque(
  type: MessageType,
  reason: OpaqueMessage['reason'],
  detail: string,
  offset: number | null,
  path: string,
): OpaqueMessage {
  return { kind: 'opaque', type, reason, detail, offset, path };
}

/** Why there is no plan, as an opaque message. */
export function withoutPlan(type: MessageType, apiKey: number, apiVersion: number): OpaqueMessage {
  const name = apiName(apiKey);
  if (name === null) return opaque(type, 'unknown-api', `API key ${apiKey} is in no schema`, null, '');
  return opaque(type, 'unknown-version', `${name} has no version ${apiVersion} in any schema`, null, '');
}

/** Reads a payload by a plan already chosen. */
export function decodeByPlan(payload: Uint8Array, plan: MessagePlan): Message {
  const compiled = plan.compiled.decode ?? compiledAfterUse(plan);
  return compiled?.(payload) ?? interpretDecode(payload, plan);
}

/** The decoder's compiled form, once it pays. */
function compiledAfterUse(plan: MessagePlan): CompiledDecode | null {
  const forms = plan.compiled;
  forms.decodeUses += 1;
  if (forms.decodeUses !== compileAfterUses) return null;
  forms.decode = compileDecode(plan);
  return forms.decode;
}

/** The decoder that is always there and knows every failure: what the compiled form is measured by. */
export function interpretDecode(payload: Uint8Array, plan: MessagePlan): Message {
  const reader = new Reader(payload);
  const decoder = new StructDecoder(reader);
  const header = decoder.decode('header', plan.header);
  const body = reader.failed ? {} : decoder.decode('body', plan.body);
  if (reader.failed) {
    const reason = reader.failure === 'truncated' ? 'truncated' : 'malformed';
    return opaque(plan.type, reason, reader.failureDetail, reader.failureOffset, decoder.failurePath);
  }
  return {
    kind: 'decoded',
    type: plan.type,
    apiKey: plan.apiKey,
    apiVersion: plan.apiVersion,
    headerVersion: plan.headerVersion,
    flexible: plan.flexible,
    header,
    body,
    records: decoder.records,
    recordPaths: decoder.recordPaths,
    unknownTags: orderUnknownTags(plan, body, decoder.unknownTags),
    trailingBytes: reader.remaining,
  };
}

/**
 * The version whose layout a response has. A broker that does not know the requested ApiVersions version answers with
 * error 35 in the layout of version 0, and the error code stands first in every version (KIP-511).
 */
export function responseLayoutVersion(payload: Uint8Array, apiKey: number, apiVersion: number): number {
  if (apiKey !== apiVersionsKey || payload.length < 6) return apiVersion;
  const error = ((payload[4] ?? 0) << 8) | (payload[5] ?? 0);
  return error === unsupportedVersion ? 0 : apiVersion;
}

/** Decodes a request's payload (without the size prefix). */
export function decodeRequest(payload: Uint8Array, options?: DecodeOptions): Message {
  if (payload.length < 4) return opaque('request', 'truncated', 'too short for an API key and version', 0, '');
  const apiKey = (((payload[0] ?? 0) << 24) >> 16) | (payload[1] ?? 0);
  const apiVersion = (((payload[2] ?? 0) << 24) >> 16) | (payload[3] ?? 0);
  const plan = planFor(apiKey, 'request', apiVersion, options?.lib);
  return plan === null ? withoutPlan('request', apiKey, apiVersion) : decodeByPlan(payload, plan);
}

/** Decodes a response's payload; only its request tells which API and version it is. */
export function decodeResponse(
  payload: Uint8Array,
  apiKey: number,
  apiVersion: number,
  options?: DecodeOptions,
): Message {
  const version = responseLayoutVersion(payload, apiKey, apiVersion);
  const plan = planFor(apiKey, 'response', version, options?.lib);
  return plan === null ? withoutPlan('response', apiKey, version) : decodeByPlan(payload, plan);
}
