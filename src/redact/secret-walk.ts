import { FieldKind, fixedBytes } from '../protocol/field-kind.ts';
import type { FieldPlan, MessagePlan, StructPlan } from '../protocol/plan.ts';
import { Reader } from '../wire/reader.ts';
import { isSensitiveConfigName } from './sensitive-config-names.ts';

/** A configuration entry while it is walked: its value may turn out secret only at a later field. */
interface ConfigEntry {
  sensitive: boolean;
  /** Start and end pairs of its value and of those of its synonyms. */
  readonly values: number[];
}

/**
 * Finds where the secret bytes of a message are. It walks the same plan as the decoder, byte by byte, so it fails on
 * exactly what the decoder cannot read; the caller then treats the whole frame as secret.
 */
class SecretWalk {
  readonly #reader: Reader;
  readonly #configs: boolean;
  /** Start and end pairs. */
  readonly spans: number[] = [];

  constructor(payload: Uint8Array, configs: boolean) {
    this.#reader = new Reader(payload);
    this.#configs = configs;
  }

  get failed(): boolean {
    return this.#reader.failed;
  }

  get position(): number {
    return this.#reader.position;
  }

  struct(struct: StructPlan, outer: ConfigEntry | null): void {
    const entry = this.#configs && isConfigEntry(struct) ? { sensitive: outer?.sensitive ?? false, values: [] } : null;
    for (const field of struct.fields) {
      if (this.#reader.failed) return;
      this.#field(field, entry);
    }
    if (struct.flexible) this.#tags(struct, entry);
    if (entry === null) return;
    const target = entry.sensitive ? this.spans : outer?.values;
    // Not spread: a hostile entry may have more values than a call may have arguments.
    if (target !== undefined) for (const offset of entry.values) target.push(offset);
  }

  #field(field: FieldPlan, entry: ConfigEntry | null): void {
    switch (field.kind) {
      case FieldKind.String:
      case FieldKind.Bytes:
      case FieldKind.Records:
        this.#blob(field, entry);
        return;
      case FieldKind.Array:
        this.#array(field, entry);
        return;
      case FieldKind.Struct:
        if (field.nullable && this.#reader.int8() < 0) return;
        if (field.struct !== null) this.struct(field.struct, entry);
        return;
      default:
        this.#fixed(field, entry);
    }
  }

  #fixed(field: FieldPlan, entry: ConfigEntry | null): void {
    const start = this.#reader.take(fixedBytes[field.kind] ?? 0);
    if (start < 0) return;
    if (field.secret) this.spans.push(start, this.#reader.position);
    if (entry !== null && field.name === 'isSensitive' && this.#reader.bytes[start] !== 0) entry.sensitive = true;
  }

  #blob(field: FieldPlan, entry: ConfigEntry | null): void {
    const reader = this.#reader;
    const length = this.#length(field);
    if (length < 0) return;
    const start = reader.take(length);
    if (start < 0) return;
    if (field.secret) this.spans.push(start, start + length);
    if (entry === null) return;
    if (field.name === 'value') entry.values.push(start, start + length);
    else if (field.name === 'name') {
      const name = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + start, length).toString('utf8');
      if (isSensitiveConfigName(name)) entry.sensitive = true;
    }
  }

  #array(field: FieldPlan, entry: ConfigEntry | null): void {
    const element = field.element;
    const count = this.#length(field);
    if (count < 0 || element === null) return;
    if (count * element.bytesMin > this.#reader.remaining) {
      this.#reader.fail('truncated', this.#reader.position, 'more elements than bytes');
      return;
    }
    for (let i = 0; i < count && !this.#reader.failed; i++) this.#field(element, entry);
  }

  /** Length of a string or bytes, or count of an array; -1 for null and after a failure. */
  #length(field: FieldPlan): number {
    const reader = this.#reader;
    const start = reader.position;
    const wide = field.kind !== FieldKind.String;
    const length = field.compact ? reader.uvarint() - 1 : wide ? reader.int32() : reader.int16();
    if (reader.failed) return -1;
    // Any negative length is a null, as it is to the decoder and to Kafka.
    if (length < 0 && !field.nullable) reader.fail('malformed', start, 'a length below zero');
    return reader.failed ? -1 : Math.max(length, -1);
  }

  #tags(struct: StructPlan, entry: ConfigEntry | null): void {
    const reader = this.#reader;
    const count = reader.uvarint();
    if (count * 2 > reader.remaining) reader.fail('truncated', reader.position, 'more tagged fields than bytes');
    for (let i = 0; i < count && !reader.failed; i++) {
      const tag = reader.uvarint();
      const size = reader.uvarint();
      const start = reader.position;
      const field = struct.tagged.find((each) => each.tag === tag);
      if (field !== undefined) {
        this.#field(field, entry);
        if (!reader.failed && reader.position !== start + size) reader.fail('malformed', start, 'a tag of wrong size');
      } else if (reader.take(size) >= 0) this.spans.push(start, start + size);
    }
  }
}

function isConfigEntry(struct: StructPlan): boolean {
  let named = false;
  let valued = false;
  for (const field of struct.fields) {
    if (field.name === 'name') named = true;
    else if (field.name === 'value') valued = true;
  }
  return named && valued;
}

/**
 * Start and end pairs of the secret bytes of a message, or null when it cannot be walked. Unknown tagged fields and
 * bytes after the body count as secret too: nobody can say what is in them, and a count that lies leaves whole entries
 * there.
 */
export function secretSpans(payload: Uint8Array, plan: MessagePlan, configs: boolean): readonly number[] | null {
  const walk = new SecretWalk(payload, configs);
  walk.struct(plan.header, null);
  walk.struct(plan.body, null);
  if (walk.failed) return null;
  if (walk.position < payload.length) walk.spans.push(walk.position, payload.length);
  return walk.spans;
}
