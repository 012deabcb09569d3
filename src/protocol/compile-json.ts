import { uuidAt } from '../wire/reader.ts';
import { float64At } from './compile-decode.ts';
import { FieldKind, fixedBytes } from './field-kind.ts';
import { printJson, structToJson } from './json.ts';
import { jsonBase64At, jsonInt64At, jsonNumber, jsonText, jsonTextAt } from './json-text.ts';
import type { MessageJson } from './message.ts';
import { decodedValuesMax, type FieldPlan, type MessagePlan, type StructPlan } from './plan.ts';
import { fixedValue, isFixed, longUvarint, makeFunction, SourceWriter } from './source-parts.ts';

/**
 * The JSON of one version of one message, printed from its bytes by a function of its own. Null means that something
 * is unusual, as for `CompiledDecode`: the interpreter then reads the message from its beginning.
 */
export type CompiledJson = (bytes: Uint8Array) => MessageJson | null;

const stringBytesMax = 32_767;
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
  readonly out = new SourceWriter('null');
  hasRecords = false;

  /** Reads a struct and returns what it prints. */
  struct(plan: StructPlan): Part[] {
    const members = new Map<FieldPlan, Part[]>();
    for (let index = 0; index < plan.fields.length; ) {
      const group: FieldPlan[] = [];
      for (let field = plan.fields[index]; field !== undefined && isFixed(field); field = plan.fields[index]) {
        group.push(field);
        index += 1;
      }
      this.#fixed(group, members);
      const field = plan.fields[index];
      if (field === undefined) break;
      members.set(field, this.#member(field));
      index += 1;
    }
    const tagged = plan.flexible ? this.#tags(plan) : new Map<FieldPlan, string>();
    return structParts(plan, members, tagged);
  }

  #fixed(group: readonly FieldPlan[], members: Map<FieldPlan, Part[]>): void {
    const bytes = group.reduce((sum, field) => sum + (fixedBytes[field.kind] ?? 0), 0);
    if (bytes === 0) return;
    this.out.need(bytes);
    let distance = 0;
    for (const field of group) {
      const value = this.out.name('v');
      this.out.line(`const ${value} = ${fixedValue(field.kind, `at + ${distance}`)};`);
      members.set(field, [known(keyOf(field.name)), ...fixedParts(field.kind, value)]);
      distance += fixedBytes[field.kind] ?? 0;
    }
    this.out.line(`at += ${bytes};`);
  }

  /** Reads a field and returns what it prints, with its name. */
  #member(field: FieldPlan): Part[] {
    if (field.kind !== FieldKind.Records) return [known(keyOf(field.name)), ...this.#value(field)];
    const { out } = this;
    this.hasRecords = true;
    const member = out.name('v');
    out.line(`let ${member} = ${JSON.stringify(`${keyOf(field.name)}null`)};`);
    out.length(field.compact, field.nullable, true);
    if (field.nullable) out.line('if (n >= 0) {');
    out.missIf('n > e - at');
    out.line(`records.push(at, at + n); at += n;`);
    out.line(`${member} = ${JSON.stringify(keyOf(`${field.name}SizeInBytes`))} + n;`);
    if (field.nullable) out.line('}');
    return [given(member)];
  }

  #value(field: FieldPlan): Part[] {
    const { out } = this;
    const value = out.name('v');
    if (isFixed(field)) {
      const bytes = fixedBytes[field.kind] ?? 0;
      out.need(bytes);
      out.line(`const ${value} = ${fixedValue(field.kind, 'at')}; at += ${bytes};`);
      return fixedParts(field.kind, value);
    }
    if (field.kind === FieldKind.Struct) return this.#nested(field, value);
    out.line(`let ${value} = ${field.nullable ? '"null"' : '""'};`);
    if (field.kind === FieldKind.Array) this.#array(field, value);
    else this.#bytes(field, value);
    return [given(value)];
  }

  /** Strings and bytes: a length, then that many bytes. */
  #bytes(field: FieldPlan, value: string): void {
    const { out } = this;
    const text = field.kind === FieldKind.String;
    out.length(field.compact, field.nullable, !text);
    if (field.nullable) out.line('if (n >= 0) {');
    if (text && field.compact) out.missIf(`n > ${stringBytesMax}`);
    out.missIf('n > e - at');
    out.line(`${value} = ${text ? 'jsonTextAt' : 'jsonBase64At'}(b, at, at + n); at += n;`);
    if (field.nullable) out.line('}');
  }

  #nested(field: FieldPlan, value: string): Part[] {
    if (field.struct === null) return [known('null')];
    if (!field.nullable) return this.struct(field.struct);
    const { out } = this;
    out.line(`let ${value} = "null";`);
    out.need(1);
    out.line('if (b[at++] < 0x80) {');
    out.line(`${value} = ${joined(this.struct(field.struct))}; }`);
    return [given(value)];
  }

  #array(field: FieldPlan, value: string): void {
    const { out } = this;
    const element = field.element;
    if (element === null) return;
    out.length(field.compact, field.nullable, true);
    if (field.nullable) out.line('if (n >= 0) {');
    out.missIf(`n * ${Math.max(1, element.bytesMin)} > e - at || (values += n) > ${decodedValuesMax}`);
    const [count, index] = [out.name('c'), out.name('i')];
    out.line(`const ${count} = n; ${value} = n === 0 ? "[]" : "";`);
    out.line(`for (let ${index} = 0; ${index} < ${count}; ${index}++) {`);
    const parts = element.struct === null ? this.#value(element) : this.struct(element.struct);
    // The comma joins what is known of the element's beginning: one operand less for each.
    const unknownAt = parts.findIndex((part) => !part.known);
    const begin = (unknownAt < 0 ? parts : parts.slice(0, unknownAt)).map((part) => part.text).join('');
    const [one, more] = [JSON.stringify(`[${begin}`), JSON.stringify(`,${begin}`)];
    const others = unknownAt < 0 ? [] : operands(parts.slice(unknownAt));
    out.line(`${value} += ${[`(${index} === 0 ? ${one} : ${more})`, ...others].join(' + ')}; }`);
    out.line(`if (${count} > 0) ${value} += "]";`);
    if (field.nullable) out.line('}');
  }

  /**
   * Tags the schema knows, each in a variable that stays '' while it is absent. A default that was sent reads as
   * absent; a tag sent twice is the interpreter's business.
   */
  #tags(plan: StructPlan): Map<FieldPlan, string> {
    const { out } = this;
    const variables = new Map<FieldPlan, string>();
    for (const field of plan.tagged) {
      const variable = out.name('m');
      out.line(`let ${variable} = "";`);
      variables.set(field, variable);
    }
    out.tags(plan.tagged, (field, stop) =>
      this.#tag(field, variables.get(field) ?? '', stop, isBeforeUntagged(plan, field)),
    );
    return variables;
  }

  #tag(field: FieldPlan, variable: string, stop: string, first: boolean): void {
    const { out } = this;
    const text = out.name('x');
    out.line(`const ${text} = ${joined(this.#value(field))};`);
    out.missIf(`at !== ${stop} || ${variable} !== ""`);
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
