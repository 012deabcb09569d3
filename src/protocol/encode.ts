import { Writer } from '../wire/writer.ts';
import { withoutPlan } from './decode.ts';
import { equalFields, isArray, isStruct } from './field-equality.ts';
import { FieldKind } from './field-kind.ts';
import { FieldPath } from './field-path.ts';
import type { FieldData, MessageType, Struct, UnknownTag } from './message.ts';
import { type FieldPlan, type MessagePlan, planFor, type StructPlan, stringBytesMax } from './plan.ts';

/** A value that its schema cannot hold. This is the caller's mistake, never a peer's, so it is thrown. */
export class EncodeError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.name = 'EncodeError';
    this.path = path;
  }
}

const noTags: readonly UnknownTag[] = [];

/** Lowest and highest value of the integer kinds up to 32 bits, indexed by kind. */
const lowest: readonly number[] = [0, -128, -32_768, 0, -2_147_483_648, 0];
const highest: readonly number[] = [1, 127, 32_767, 65_535, 2_147_483_647, 4_294_967_295];

/** Writes structs by plan, as Kafka's own writer would: tags ascending, tagged defaults left out. */
export class StructEncoder {
  readonly writer = new Writer();
  readonly #path = new FieldPath();
  readonly #unknownTags: readonly UnknownTag[];
  #unknownWritten = 0;
  #section: 'header' | 'body' = 'body';

  constructor(unknownTags: readonly UnknownTag[] = noTags) {
    this.#unknownTags = unknownTags;
  }

  /** Writes a top-level struct. */
  encode(section: 'header' | 'body', plan: StructPlan, value: Struct): void {
    this.#section = section;
    this.#struct(plan, value);
  }

  /** Fails when an unknown tag named a struct that was not written: its bytes would be lost without a word. */
  finish(): Uint8Array {
    if (this.#unknownWritten < this.#unknownTags.length) {
      throw new EncodeError(
        '',
        `${this.#unknownTags.length - this.#unknownWritten} unknown tags name no struct of this message`,
      );
    }
    return this.writer.toBytes();
  }

  #struct(plan: StructPlan, value: Struct): void {
    for (const field of plan.fields) this.#field(field, this.#valueOf(field, value));
    if (plan.flexible) this.#taggedFields(plan, value);
  }

  #valueOf(field: FieldPlan, struct: Struct): FieldData {
    const value = struct[field.name];
    return value === undefined ? field.defaultValue : value;
  }

  #wrong(field: FieldPlan, expected: string): EncodeError {
    const path = field.name === '' ? this.#path.owner() : this.#path.of(field.name);
    return new EncodeError(path, `expected ${expected}`);
  }

  #field(field: FieldPlan, value: FieldData): void {
    const writer = this.writer;
    switch (field.kind) {
      case FieldKind.Bool:
        if (typeof value !== 'boolean') throw this.#wrong(field, 'a boolean');
        writer.int8(value ? 1 : 0);
        return;
      case FieldKind.Int8:
        writer.int8(this.#integer(field, value));
        return;
      case FieldKind.Int16:
        writer.int16(this.#integer(field, value));
        return;
      case FieldKind.Uint16:
        writer.uint16(this.#integer(field, value));
        return;
      case FieldKind.Int32:
        writer.int32(this.#integer(field, value));
        return;
      case FieldKind.Uint32:
        writer.uint32(this.#integer(field, value));
        return;
      case FieldKind.Int64:
        writer.int64(this.#long(field, value));
        return;
      case FieldKind.Float64:
        if (typeof value !== 'number') throw this.#wrong(field, 'a number');
        writer.float64(value);
        return;
      case FieldKind.Uuid:
        this.#uuid(field, value);
        return;
      case FieldKind.String:
        this.#string(field, value);
        return;
      case FieldKind.Bytes:
      case FieldKind.Records:
        this.#bytes(field, value);
        return;
      case FieldKind.Struct:
        this.#structField(field, value);
        return;
      case FieldKind.Array:
        this.#array(field, value);
        return;
    }
  }

  #integer(field: FieldPlan, value: FieldData): number {
    const least = lowest[field.kind] ?? 0;
    const most = highest[field.kind] ?? 0;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#wrong(field, `an integer from ${least} to ${most}`);
  }

  #long(field: FieldPlan, value: FieldData): bigint {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    throw this.#wrong(field, 'a 64-bit integer');
  }

  #uuid(field: FieldPlan, value: FieldData): void {
    const bytes = typeof value === 'string' && value.length === 22 ? Buffer.from(value, 'base64url') : null;
    if (bytes?.length !== 16) throw this.#wrong(field, 'a uuid of 22 base64url characters');
    this.writer.bytes(bytes);
  }

  /** Writes a length in the field's form; null is -1, and only where the schema allows it. */
  #length(field: FieldPlan, length: number, wide: boolean): void {
    if (length < 0 && !field.nullable) throw this.#wrong(field, 'a value: this version cannot write null');
    if (field.compact) this.writer.uvarint(length + 1);
    else if (wide) this.writer.int32(length);
    else this.writer.int16(length);
  }

  #string(field: FieldPlan, value: FieldData): void {
    if (value === null) {
      this.#length(field, -1, false);
      return;
    }
    if (typeof value !== 'string') throw this.#wrong(field, 'a string');
    const bytes = Buffer.byteLength(value, 'utf8');
    if (bytes > stringBytesMax) throw this.#wrong(field, `a string of at most ${stringBytesMax} bytes`);
    this.#length(field, bytes, false);
    this.writer.text(value, bytes);
  }

  #bytes(field: FieldPlan, value: FieldData): void {
    if (value === null) {
      this.#length(field, -1, true);
      return;
    }
    if (!(value instanceof Uint8Array)) throw this.#wrong(field, 'bytes');
    this.#length(field, value.length, true);
    this.writer.bytes(value);
  }

  #structField(field: FieldPlan, value: FieldData): void {
    if (value === null && field.nullable) {
      this.writer.int8(-1);
      return;
    }
    if (field.struct === null || !isStruct(value)) throw this.#wrong(field, 'a struct');
    if (field.nullable) this.writer.int8(1);
    this.#path.enter(field.name);
    this.#struct(field.struct, value);
    this.#path.leave();
  }

  #array(field: FieldPlan, value: FieldData): void {
    if (value === null) {
      this.#length(field, -1, true);
      return;
    }
    const element = field.element;
    if (element === null || !isArray(value)) throw this.#wrong(field, 'an array');
    this.#length(field, value.length, true);
    this.#path.enter(field.name);
    for (let index = 0; index < value.length; index += 1) {
      this.#path.at(index);
      const item = value[index] ?? null;
      if (element.struct === null) this.#field(element, item);
      else if (isStruct(item)) this.#struct(element.struct, item);
      else throw this.#wrong(element, 'a struct');
    }
    this.#path.leave();
  }

  #taggedFields(plan: StructPlan, value: Struct): void {
    const known: FieldPlan[] = [];
    for (const field of plan.tagged) {
      const given = value[field.name];
      if (given === undefined) continue;
      if (!equalFields(given, field.defaultValue) || this.#hasUnknownBelow(field)) known.push(field);
    }
    const unknown = this.#unknownTags.length === 0 ? noTags : this.#unknownHere(plan);
    this.writer.uvarint(known.length + unknown.length);
    let next = 0;
    for (const field of known) {
      for (; (unknown[next]?.tag ?? Number.POSITIVE_INFINITY) < field.tag; next += 1) this.#unknown(unknown[next]);
      this.writer.uvarint(field.tag);
      const start = this.writer.length;
      this.#field(field, this.#valueOf(field, value));
      this.writer.insertUvarint(start, this.writer.length - start);
    }
    for (; next < unknown.length; next += 1) this.#unknown(unknown[next]);
  }

  /** A tagged struct whose known fields are at their defaults is still written when it carries unknown tags. */
  #hasUnknownBelow(field: FieldPlan): boolean {
    if (this.#unknownTags.length === 0) return false;
    const path = this.#path.of(field.name);
    return this.#unknownTags.some((tag) => tag.in === this.#section && tag.path.startsWith(path));
  }

  #unknown(tag: UnknownTag | undefined): void {
    if (tag === undefined) return;
    this.writer.uvarint(tag.tag);
    this.writer.uvarint(tag.data.length);
    this.writer.bytes(tag.data);
    this.#unknownWritten += 1;
  }

  /** The unknown tags of the struct being written, ascending; Kafka's writer refuses a tag that is there twice. */
  #unknownHere(plan: StructPlan): readonly UnknownTag[] {
    const path = this.#path.owner();
    const here = this.#unknownTags.filter((tag) => tag.in === this.#section && tag.path === path);
    here.sort((left, right) => left.tag - right.tag);
    for (let at = 0; at < here.length; at += 1) {
      const tag = here[at]?.tag;
      const twice = tag === here[at + 1]?.tag || plan.tagged.some((field) => field.tag === tag);
      if (twice) throw new EncodeError(path, `tag ${tag} would be written twice`);
    }
    return here;
  }
}

/** Encodes a message by a plan already chosen, without the size prefix. */
export function encodeByPlan(
  plan: MessagePlan,
  header: Struct,
  body: Struct,
  unknownTags?: readonly UnknownTag[],
): Uint8Array {
  const encoder = new StructEncoder(unknownTags);
  encoder.encode('header', plan.header, header);
  encoder.encode('body', plan.body, body);
  return encoder.finish();
}

function planOrThrow(apiKey: number, type: MessageType, apiVersion: number): MessagePlan {
  const plan = planFor(apiKey, type, apiVersion);
  if (plan !== null) return plan;
  throw new EncodeError('', withoutPlan(type, apiKey, apiVersion).detail);
}

/** Encodes a request without the size prefix. Missing fields take their schema's default. */
export function encodeRequest(message: {
  apiKey: number;
  apiVersion: number;
  correlationId: number;
  clientId: string | null;
  body: Struct;
  unknownTags?: readonly UnknownTag[];
}): Uint8Array {
  const { apiKey, apiVersion, correlationId, clientId } = message;
  const header = { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId, clientId };
  return encodeByPlan(planOrThrow(apiKey, 'request', apiVersion), header, message.body, message.unknownTags);
}

/** Encodes a response without the size prefix. Missing fields take their schema's default. */
export function encodeResponse(message: {
  apiKey: number;
  apiVersion: number;
  correlationId: number;
  body: Struct;
  unknownTags?: readonly UnknownTag[];
}): Uint8Array {
  const plan = planOrThrow(message.apiKey, 'response', message.apiVersion);
  return encodeByPlan(plan, { correlationId: message.correlationId }, message.body, message.unknownTags);
}
