import { errorName } from '../protocol/error-codes.ts';
import { FieldKind, fixedBytes } from '../protocol/field-kind.ts';
import { checkTagSize, readCount, readFixed, readLength, readTagCount, readTagHead } from '../protocol/field-reader.ts';
import type { FieldValue } from '../protocol/field-span.ts';
import type { FieldPlan, StructPlan } from '../protocol/plan.ts';
import { typeWord } from '../protocol/type-word.ts';
import { type ContentsFound, pluralBytes } from '../records/record-contents.ts';
import type { SpanWriter } from '../records/span-writer.ts';
import type { Lookup, PayloadPlace, Payloads } from './payload-reader.ts';

/** What a table alone cannot say about a payload. */
export interface PlanHabits {
  /** Untagged fields at the end may be missing, as Connect's protocol allows. */
  readonly mayEndEarly?: boolean;
  /** Text that must not be shown, by field and by what stands beside it. */
  readonly hides?: (field: FieldPlan, lookup: Lookup) => boolean;
  /** What the bytes of a field are, where that is known without looking. */
  readonly bytes?: (field: FieldPlan, bytes: Uint8Array) => ContentsFound | null;
  /** What a number means; `name` is the field's or its array's. */
  readonly note?: (name: string, value: number | bigint) => string | null;
}

/** Makes the spans of a struct that the writer's reader stands at, by its plan. Fails the reader, never throws. */
export function writePlan(
  writer: SpanWriter,
  plan: StructPlan,
  place: PayloadPlace,
  payloads: Payloads,
  habits: PlanHabits = {},
): void {
  new PlanSpans(writer, plan.name, place, payloads, habits).struct(plan, place.lookup);
}

function errorNote(field: FieldPlan, value: number | bigint): string | null {
  const isError = field.kind === FieldKind.Int16 && /errorCode$/i.test(field.name);
  return isError && typeof value === 'number' ? errorName(value) : null;
}

class PlanSpans {
  readonly #writer: SpanWriter;
  readonly #owner: string;
  readonly #place: PayloadPlace;
  readonly #payloads: Payloads;
  readonly #habits: PlanHabits;

  constructor(writer: SpanWriter, owner: string, place: PayloadPlace, payloads: Payloads, habits: PlanHabits) {
    this.#writer = writer;
    this.#owner = owner;
    this.#place = place;
    this.#payloads = payloads;
    this.#habits = habits;
  }

  struct(plan: StructPlan, outer: Lookup): void {
    const { reader } = this.#writer;
    const values = new Map<string, FieldValue>();
    const lookup: Lookup = (name) => (values.has(name) ? values.get(name) : outer(name));
    for (const field of plan.fields) {
      if (this.#habits.mayEndEarly === true && reader.remaining === 0) return;
      const value = this.#field(field, field.name, field.name, lookup);
      if (reader.failed) return;
      values.set(field.name, value);
    }
    if (plan.flexible) this.#tags(plan, lookup);
  }

  #field(field: FieldPlan, spanName: string, name: string, lookup: Lookup): FieldValue {
    switch (field.kind) {
      case FieldKind.Struct:
        this.#structField(field, spanName, lookup);
        return undefined;
      case FieldKind.Array:
        this.#array(field, spanName, lookup);
        return undefined;
      case FieldKind.String:
        return this.#text(field, spanName, lookup);
      case FieldKind.Bytes:
      case FieldKind.Records:
        this.#bytes(field, spanName, lookup);
        return undefined;
      default:
        return this.#fixed(field, spanName, name);
    }
  }

  #fixed(field: FieldPlan, spanName: string, name: string): FieldValue {
    const { reader } = this.#writer;
    const start = reader.position;
    const value = readFixed(reader, field.kind);
    if (reader.failed) return undefined;
    const number = typeof value === 'number' || typeof value === 'bigint';
    const note = number ? (this.#habits.note?.(name, value) ?? errorNote(field, value)) : null;
    this.#writer.leaf(spanName, typeWord(field), value, note, start);
    return value;
  }

  #text(field: FieldPlan, spanName: string, lookup: Lookup): FieldValue {
    const { reader } = this.#writer;
    const start = reader.position;
    const length = readLength(reader, field);
    if (reader.failed) return undefined;
    const value = length < 0 ? null : reader.text(length);
    if (reader.failed) return undefined;
    const hidden = value !== null && (field.secret || this.#habits.hides?.(field, lookup) === true);
    this.#writer.leaf(spanName, typeWord(field), hidden ? undefined : value, hidden ? 'redacted' : null, start);
    return value;
  }

  #bytes(field: FieldPlan, spanName: string, lookup: Lookup): void {
    const { reader } = this.#writer;
    const start = reader.position;
    const length = readLength(reader, field);
    if (reader.failed) return;
    if (length < 0) {
      this.#writer.leaf(spanName, typeWord(field), null, null, start);
      return;
    }
    const at = reader.take(length);
    if (at < 0) return;
    this.#writer.open(spanName, typeWord(field), start);
    const found = this.#contents(field, at, at + length, lookup);
    this.#writer.close(found.note ?? pluralBytes(length), found.value);
  }

  #contents(field: FieldPlan, start: number, end: number, lookup: Lookup): ContentsFound {
    if (field.secret) return { value: undefined, note: `${pluralBytes(end - start)}, secret` };
    const known = this.#habits.bytes?.(field, this.#writer.reader.bytes.subarray(start, end)) ?? null;
    if (known !== null) return known;
    const place = { ...this.#place, owner: this.#owner, field: field.name, lookup, depth: this.#place.depth + 1 };
    return this.#payloads.describe(this.#writer, start, end, place);
  }

  #structField(field: FieldPlan, spanName: string, lookup: Lookup): void {
    const { reader } = this.#writer;
    const start = reader.position;
    if (field.struct === null) return;
    // Java writes the marker of a tagged struct as a length that counts from 1, else as a byte that is negative for null.
    if (field.nullable && (field.tag >= 0 ? reader.uvarint() === 0 : reader.int8() < 0)) {
      if (reader.failed) return;
      this.#writer.leaf(spanName, typeWord(field), null, null, start);
      return;
    }
    if (reader.failed) return;
    this.#writer.open(spanName, typeWord(field), start);
    this.struct(field.struct, lookup);
    this.#writer.close();
  }

  #array(field: FieldPlan, spanName: string, lookup: Lookup): void {
    const { reader } = this.#writer;
    const start = reader.position;
    const { element } = field;
    if (element === null) return;
    const count = readCount(reader, field, element);
    if (reader.failed) return;
    if (count < 0) {
      this.#writer.leaf(spanName, typeWord(field), null, null, start);
      return;
    }
    this.#writer.open(spanName, typeWord(field), start);
    this.#elements(element, field.name, count, lookup);
    this.#writer.close(count === 1 ? '1 element' : `${count} elements`);
  }

  #elements(element: FieldPlan, name: string, count: number, lookup: Lookup): void {
    const { reader } = this.#writer;
    const width = fixedBytes[element.kind] ?? 0;
    for (let index = 0; index < count && !reader.failed; index += 1) {
      if (width > 0 && this.#writer.full) {
        reader.take((count - index) * width);
        this.#writer.omit(count - index);
        return;
      }
      this.#field(element, `[${index}]`, name, lookup);
    }
  }

  #tags(plan: StructPlan, lookup: Lookup): void {
    const { reader } = this.#writer;
    const start = reader.position;
    const count = readTagCount(reader);
    if (reader.failed) return;
    this.#writer.open('taggedFields', 'TAGGED', start);
    for (let index = 0; index < count && !reader.failed; index += 1) this.#tag(plan, lookup);
    this.#writer.close(count === 0 ? 'none' : `${count} tagged`);
  }

  #tag(plan: StructPlan, lookup: Lookup): void {
    const { reader } = this.#writer;
    const head = readTagHead(reader, plan);
    if (head === null) return;
    const { start, tag, size, field } = head;
    if (field === null) {
      reader.take(size);
      this.#writer.leaf(`tag ${tag}`, 'TAGGED', undefined, `unknown, ${pluralBytes(size)}`, start);
      return;
    }
    this.#field(field, field.name, field.name, lookup);
    checkTagSize(reader, head);
  }
}
