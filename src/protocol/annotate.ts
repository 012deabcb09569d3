import { Reader } from '../wire/reader.ts';
import { responseLayoutVersion, withoutPlan } from './decode.ts';
import { FieldKind, fixedBytes } from './field-kind.ts';
import { type FieldNames, noFieldNames } from './field-names.ts';
import { nameNoteOf, noteOf } from './field-notes.ts';
import { checkTagSize, readCount, readFixed, readLength, readTagCount, readTagHead } from './field-reader.ts';
import type { FieldSpan, FieldValue } from './field-span.ts';
import { requestHeaderVersion, responseHeaderVersion } from './headers.ts';
import type { MessageType, OpaqueMessage } from './message.ts';
import { type FieldPlan, planFor, planTable, type StructPlan } from './plan.ts';
import { headerTables } from './schema/index.ts';
import { typeWord } from './type-word.ts';

/** The spans of a message: as many as `spansMax` allows, how many more there are, and where reading stopped, if it did. */
export interface Annotation {
  readonly spans: FieldSpan[];
  readonly omitted: number;
  readonly opaque: OpaqueMessage | null;
}

function pluralBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

/** Reads a message by its plan and notes for every field which bytes it came from. Made for the one message on screen. */
class Annotator {
  readonly reader: Reader;
  readonly #apiKey: number;
  readonly #spansMax: number;
  readonly #type: MessageType;
  readonly #names: FieldNames;
  #made = 0;
  omitted = 0;
  failurePath = '';

  constructor(reader: Reader, apiKey: number, type: MessageType, spansMax: number, names: FieldNames) {
    this.reader = reader;
    this.#apiKey = apiKey;
    this.#spansMax = spansMax;
    this.#type = type;
    this.#names = names;
  }

  /** Adds a struct of its own, as `header` and `body` are. */
  root(name: string, plan: StructPlan, into: FieldSpan[]): void {
    this.#container(name, name, 'STRUCT', into, (children) => this.#struct(plan, name, children));
  }

  /** Adds whatever is left as one span that nobody can read. */
  rest(name: string, note: string, into: FieldSpan[]): void {
    const start = this.reader.position;
    this.reader.slice(this.reader.remaining);
    this.#leaf(name, name, 'BYTES', undefined, note, start, into);
  }

  #leaf(
    name: string,
    path: string,
    type: string,
    value: FieldValue,
    note: string | null,
    start: number,
    into: FieldSpan[],
  ): void {
    if (this.#made >= this.#spansMax) {
      this.omitted += 1;
      return;
    }
    this.#made += 1;
    into.push({ name, path, type, value, note, start, end: this.reader.position, children: [] });
  }

  /** Adds a span around what `fill` reads; `start` goes back to where its count or marker began. */
  #container(
    name: string,
    path: string,
    type: string,
    into: FieldSpan[],
    fill: (children: FieldSpan[]) => void,
    note: string | null = null,
    start = this.reader.position,
  ): void {
    const children: FieldSpan[] = [];
    const kept = this.#made < this.#spansMax;
    if (kept) this.#made += 1;
    else this.omitted += 1;
    fill(children);
    if (kept) into.push({ name, path, type, value: undefined, note, start, end: this.reader.position, children });
  }

  #struct(plan: StructPlan, path: string, into: FieldSpan[]): void {
    for (const field of plan.fields) {
      this.#field(field, field.name, `${path}.${field.name}`, into);
      if (this.reader.failed) return;
    }
    if (plan.flexible) this.#taggedFields(plan, path, into);
  }

  #blame(path: string): void {
    if (this.reader.failed && this.failurePath === '') this.failurePath = path;
  }

  /** `owner` is the name of the field, or of the array that it is an element of. */
  #field(field: FieldPlan, name: string, path: string, into: FieldSpan[], owner: string = field.name): void {
    switch (field.kind) {
      case FieldKind.Struct:
        this.#structField(field, name, path, into);
        break;
      case FieldKind.Array:
        this.#array(field, name, path, into);
        break;
      case FieldKind.String:
      case FieldKind.Bytes:
      case FieldKind.Records:
        this.#sized(field, name, path, into);
        break;
      default:
        this.#fixed(field, name, path, owner, into);
    }
    this.#blame(path);
  }

  #fixed(field: FieldPlan, name: string, path: string, owner: string, into: FieldSpan[]): void {
    const start = this.reader.position;
    const value = readFixed(this.reader, field.kind);
    if (this.reader.failed) return;
    const note = noteOf(field, value, this.#apiKey, owner, this.#type) ?? nameNoteOf(field, value, owner, this.#names);
    this.#leaf(name, path, typeWord(field), value, note, start, into);
  }

  #sized(field: FieldPlan, name: string, path: string, into: FieldSpan[]): void {
    const start = this.reader.position;
    const text = field.kind === FieldKind.String;
    const length = readLength(this.reader, field);
    if (this.reader.failed) return;
    if (length < 0) {
      this.#leaf(name, path, typeWord(field), null, null, start, into);
      return;
    }
    const value = text ? this.reader.text(length) : undefined;
    if (!text) this.reader.slice(length);
    if (this.reader.failed) return;
    const note = text ? null : `${pluralBytes(length)}${field.secret ? ', secret' : ''}`;
    this.#leaf(name, path, typeWord(field), value, note, start, into);
  }

  #structField(field: FieldPlan, name: string, path: string, into: FieldSpan[]): void {
    const plan = field.struct;
    const start = this.reader.position;
    if (plan === null) return;
    if (field.nullable && this.reader.int8() < 0) {
      this.#leaf(name, path, typeWord(field), null, null, start, into);
      return;
    }
    if (this.reader.failed) return;
    this.#container(name, path, typeWord(field), into, (children) => this.#struct(plan, path, children), null, start);
  }

  #array(field: FieldPlan, name: string, path: string, into: FieldSpan[]): void {
    const { element } = field;
    if (element === null) return;
    const start = this.reader.position;
    const count = readCount(this.reader, field, element);
    if (this.reader.failed) return;
    if (count < 0) {
      this.#leaf(name, path, typeWord(field), null, null, start, into);
      return;
    }
    const note = count === 1 ? '1 element' : `${count} elements`;
    const fill = (children: FieldSpan[]): void => this.#elements(element, count, path, field.name, children);
    this.#container(name, path, typeWord(field), into, fill, note, start);
  }

  #elements(element: FieldPlan, count: number, path: string, owner: string, into: FieldSpan[]): void {
    const width = fixedBytes[element.kind] ?? 0;
    for (let index = 0; index < count && !this.reader.failed; index += 1) {
      if (width > 0 && this.#made >= this.#spansMax) {
        // Nothing more will be shown, and the rest of a plain array can be stepped over.
        this.reader.take((count - index) * width);
        this.omitted += count - index;
        return;
      }
      this.#field(element, `[${index}]`, `${path}[${index}]`, into, owner);
    }
  }

  #taggedFields(plan: StructPlan, path: string, into: FieldSpan[]): void {
    const reader = this.reader;
    const start = reader.position;
    const count = readTagCount(reader);
    const at = `${path}.taggedFields`;
    this.#blame(path);
    if (reader.failed) return;
    const fill = (children: FieldSpan[]): void => {
      for (let tagged = 0; tagged < count && !reader.failed; tagged += 1) this.#taggedField(plan, path, children);
    };
    const note = count === 0 ? 'none' : `${count} tagged`;
    this.#container('taggedFields', at, 'TAGGED', into, fill, note, start);
  }

  #taggedField(plan: StructPlan, path: string, into: FieldSpan[]): void {
    const { reader } = this;
    const head = readTagHead(reader, plan);
    this.#blame(path);
    if (head === null) return;
    const { start, tag, size, field } = head;
    if (field === null) {
      reader.slice(size);
      this.#leaf(`tag ${tag}`, `${path}.tag${tag}`, 'TAGGED', undefined, `unknown, ${pluralBytes(size)}`, start, into);
      return;
    }
    this.#field(field, field.name, `${path}.${field.name}`, into);
    checkTagSize(reader, head);
    this.#blame(`${path}.${field.name}`);
  }
}

function headerPlan(type: MessageType, apiKey: number, apiVersion: number): StructPlan {
  if (type === 'request') return planTable(headerTables.request, requestHeaderVersion(apiKey, apiVersion));
  return planTable(headerTables.response, responseHeaderVersion(apiKey, apiVersion));
}

function failureOf(annotator: Annotator, type: MessageType): OpaqueMessage | null {
  const { reader } = annotator;
  if (!reader.failed) return null;
  const reason = reader.failure === 'truncated' ? 'truncated' : 'malformed';
  // The path as decode gives it, which knows no `header` and `body`.
  const path = annotator.failurePath.replace(/^(?:header|body)\.?/, '');
  return { kind: 'opaque', type, reason, detail: reader.failureDetail, offset: reader.failureOffset, path };
}

/**
 * The tree of fields of a message with the bytes of each, roots `header` and `body`. A message that cannot be read
 * whole gives the spans before the place where reading stopped, and `opaque` says why.
 */
export function annotateMessage(
  payload: Uint8Array,
  type: MessageType,
  apiKey: number,
  apiVersion: number,
  limits: { readonly spansMax: number; readonly names?: FieldNames },
): Annotation {
  const version = type === 'response' ? responseLayoutVersion(payload, apiKey, apiVersion) : apiVersion;
  const plan = planFor(apiKey, type, version);
  const annotator = new Annotator(new Reader(payload), apiKey, type, limits.spansMax, limits.names ?? noFieldNames);
  const spans: FieldSpan[] = [];
  annotator.root('header', plan?.header ?? headerPlan(type, apiKey, version), spans);
  if (!annotator.reader.failed) {
    if (plan === null) annotator.rest('body', `${pluralBytes(annotator.reader.remaining)} without a schema`, spans);
    else annotator.root('body', plan.body, spans);
  }
  if (plan === null) return { spans, omitted: annotator.omitted, opaque: withoutPlan(type, apiKey, version) };
  const opaque = failureOf(annotator, type);
  if (opaque === null && annotator.reader.remaining > 0) {
    annotator.rest('trailing', `${pluralBytes(annotator.reader.remaining)} after the body, ignored by Kafka`, spans);
  }
  return { spans, omitted: annotator.omitted, opaque };
}
