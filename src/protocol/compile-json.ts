import { uuidAt } from '../wire/reader.ts';
import { float64At } from './compile-decode.ts';
import { FieldKind } from './field-kind.ts';
import { FieldSource } from './field-source.ts';
import { printJson, structToJson } from './json.ts';
import { jsonBase64At, jsonInt64At, jsonNumber, jsonText, jsonTextAt } from './json-text.ts';
import type { MessageJson } from './message.ts';
import type { FieldPlan, MessagePlan, StructPlan } from './plan.ts';
import { longUvarint, makeFunction } from './source-parts.ts';

/**
 * The JSON of one version of one message, printed from its bytes by a function of its own. Null means that something
 * is unusual, as for `CompiledDecode`: the interpreter then reads the message from its beginning.
 */
export type CompiledJson = (bytes: Uint8Array) => MessageJson | null;

const noRecords: readonly number[] = Object.freeze([]);

/** A stretch of the text that is printed: known in advance, or what some JavaScript gives. */
interface Part {
  readonly known: boolean;
  readonly text: string;
}

function known(text: string): Part {
  return { known: true, text };
}

function given(text: string): Part {
  return { known: false, text };
}

/** Operands of a sum; what is known stands in one string as far as it reaches. */
function operands(parts: readonly Part[]): string[] {
  const pieces: string[] = [];
  let text = '';
  for (const part of parts) {
    if (part.known) {
      text += part.text;
      continue;
    }
    if (text !== '') pieces.push(JSON.stringify(text));
    pieces.push(part.text);
    text = '';
  }
  if (text !== '') pieces.push(JSON.stringify(text));
  return pieces;
}

/** JavaScript that joins parts to a string, also where all of them are numbers. */
function joined(parts: readonly Part[]): string {
  return (parts[0]?.known === true ? operands(parts) : ['""', ...operands(parts)]).join(' + ');
}

function fixedParts(kind: number, value: string): Part[] {
  return kind === FieldKind.Uuid ? [known('"'), given(value), known('"')] : [given(value)];
}

function keyOf(name: string): string {
  return `${jsonText(name)}:`;
}

/**
 * Writes the source of one printer. Statements read the fields in the order of the wire; the parts they leave are
 * joined in the order in which Kafka prints them.
 */
class JsonSource {
  readonly #source = new FieldSource();
  readonly out = this.#source.out;
  hasRecords = false;

  /** Reads a struct and returns what it prints. */
  struct(plan: StructPlan): Part[] {
    const members = new Map<FieldPlan, Part[]>();
    this.#source.fields(
      plan.fields,
      (field, value) => members.set(field, [known(keyOf(field.name)), ...fixedParts(field.kind, value)]),
      (field) => members.set(field, this.#member(field)),
    );
    const tagged = plan.flexible ? this.#tags(plan) : new Map<FieldPlan, string>();
    return structParts(plan, members, tagged);
  }

  /** Reads a field and returns what it prints, with its name. */
  #member(field: FieldPlan): Part[] {
    if (field.kind !== FieldKind.Records) return [known(keyOf(field.name)), ...this.#value(field)];
    this.hasRecords = true;
    const member = this.out.name('v');
    this.out.line(`let ${member} = ${JSON.stringify(`${keyOf(field.name)}null`)};`);
    const size = JSON.stringify(keyOf(`${field.name}SizeInBytes`));
    this.#source.sized(field, `records.push(at, at + n); ${member} = ${size} + n;`);
    return [given(member)];
  }

  #value(field: FieldPlan): Part[] {
    const fixed = this.#source.fixed(field);
    if (fixed !== null) return fixedParts(field.kind, fixed);
    if (field.struct !== null && !field.nullable) return this.struct(field.struct);
    const value = this.out.name('v');
    this.out.line(`let ${value} = ${field.nullable ? '"null"' : '""'};`);
    if (field.kind === FieldKind.Struct) {
      this.#source.nested(field, (struct) => this.out.line(`${value} = ${joined(this.struct(struct))};`));
    } else if (field.kind === FieldKind.Array) {
      this.#array(field, value);
    } else {
      const print = field.kind === FieldKind.String ? 'jsonTextAt' : 'jsonBase64At';
      this.#source.sized(field, `${value} = ${print}(b, at, at + n);`);
    }
    return [given(value)];
  }

  #array(field: FieldPlan, value: string): void {
    this.#source.array(field, (element) => {
      this.out.line(`${value} = n === 0 ? "[]" : "";`);
      const count = this.#source.elements((index) => {
        const parts = this.#value(element);
        // The comma joins what is known of the element's beginning: one operand less for each.
        const unknownAt = parts.findIndex((part) => !part.known);
        const begin = (unknownAt < 0 ? parts : parts.slice(0, unknownAt)).map((part) => part.text).join('');
        const [one, more] = [JSON.stringify(`[${begin}`), JSON.stringify(`,${begin}`)];
        const others = unknownAt < 0 ? [] : operands(parts.slice(unknownAt));
        this.out.line(`${value} += ${[`(${index} === 0 ? ${one} : ${more})`, ...others].join(' + ')};`);
      });
      this.out.line(`if (${count} > 0) ${value} += "]";`);
    });
  }

  /** Tags the schema knows, each in a variable that stays '' while it is absent. */
  #tags(plan: StructPlan): Map<FieldPlan, string> {
    const variables = new Map<FieldPlan, string>();
    for (const field of plan.tagged) {
      const variable = this.out.name('m');
      this.out.line(`let ${variable} = "";`);
      variables.set(field, variable);
    }
    this.#source.tags(plan, (field) => this.#tag(field, variables.get(field) ?? '', isBeforeUntagged(plan, field)));
    return variables;
  }

  /** A default that was sent reads as absent; a tag sent twice is the interpreter's business. */
  #tag(field: FieldPlan, variable: string, first: boolean): void {
    const { out } = this;
    const text = out.name('x');
    out.line(`const ${text} = ${joined(this.#value(field))};`);
    out.missIf(`${variable} !== ""`);
    const key = keyOf(field.name);
    const member = first ? [known(key), given(text), known(',')] : [known(`,${key}`), given(text)];
    out.line(`if (${text} !== ${JSON.stringify(defaultText(field))}) ${variable} = ${joined(member)};`);
  }
}

/** A tagged field that is printed before the first field which is always there brings the comma behind it. */
function isBeforeUntagged(plan: StructPlan, field: FieldPlan): boolean {
  const untagged = plan.declared.findIndex((each) => each.tag < 0);
  return untagged >= 0 && plan.declared.indexOf(field) < untagged;
}

function structParts(
  plan: StructPlan,
  members: ReadonlyMap<FieldPlan, Part[]>,
  tagged: ReadonlyMap<FieldPlan, string>,
): Part[] {
  if (plan.fields.length === 0 && tagged.size > 0) {
    const all = plan.declared.map((field) => given(tagged.get(field) ?? '""'));
    return [known('{'), given(`(${joined(all)}).slice(1)`), known('}')];
  }
  const parts = [known('{')];
  let isFirst = true;
  for (const field of plan.declared) {
    const member = members.get(field);
    if (member === undefined) {
      parts.push(given(tagged.get(field) ?? '""'));
      continue;
    }
    if (!isFirst) parts.push(known(','));
    parts.push(...member);
    isFirst = false;
  }
  return [...parts, known('}')];
}

function jsonFloat64At(bytes: Uint8Array, at: number): string {
  return jsonNumber(float64At(bytes, at));
}

/** What the default of a tagged field would print. */
function defaultText(field: FieldPlan): string {
  const struct: StructPlan = { name: '', fields: [], tagged: [field], declared: [field], flexible: true, bytesMin: 0 };
  const json = structToJson(struct, { [field.name]: field.defaultValue });
  return printJson(json[field.name]);
}

/** Values whose text may differ although they are equal, or be equal although they differ. */
function holdsUncomparable(field: FieldPlan): boolean {
  if (field.kind === FieldKind.Float64 || field.kind === FieldKind.Records) return true;
  if (field.element !== null && holdsUncomparable(field.element)) return true;
  return field.struct?.declared.some(holdsUncomparable) ?? false;
}

function canCompare(plan: StructPlan): boolean {
  if (plan.tagged.some(holdsUncomparable)) return false;
  return plan.declared.every((field) => {
    const inner = field.struct ?? field.element?.struct ?? null;
    return inner === null || canCompare(inner);
  });
}

/** The source of a printer; for tests and the curious. */
export function jsonSource(plan: MessagePlan): string {
  const source = new JsonSource();
  const header = source.struct(plan.header);
  const body = source.struct(plan.body);
  const text = joined([known('"header":'), ...header, known(',"body":'), ...body]);
  const records = source.hasRecords ? '[]' : 'noRecords';
  return [
    'return function compiledJson(b) {',
    `const e = b.length, records = ${records}; let at = 0, n = 0, values = 0;`,
    source.out.text,
    `return { text: ${text}, records }; };`,
  ].join('\n');
}

/** Compiles the printer of a message; null where its plan or the process forbids it. */
export function compileJson(plan: MessagePlan): CompiledJson | null {
  // A header prints its tags in the order of the wire; no version of Kafka has any.
  if (plan.header.tagged.length > 0 || !canCompare(plan.body)) return null;
  const uses = {
    longUvarint,
    float64At: jsonFloat64At,
    jsonTextAt,
    uuidAt,
    int64At: jsonInt64At,
    jsonBase64At,
    noRecords,
  };
  return makeFunction(Object.keys(uses), Object.values(uses), jsonSource(plan)) as CompiledJson | null;
}
