import { textAt, uuidAt } from '../wire/reader.ts';
import { equalFields } from './field-equality.ts';
import { FieldKind, fixedBytes } from './field-kind.ts';
import type { DecodedMessage, FieldData } from './message.ts';
import { decodedValuesMax, type FieldPlan, type MessagePlan, type StructPlan } from './plan.ts';
import { fixedValue, isFixed, longUvarint, makeFunction, SourceWriter } from './source-parts.ts';

/**
 * The decoder of one version of one message as a function of its own. Null means that something is unusual: an unknown
 * tag, a length that cannot be. The interpreter then reads the message from its beginning.
 */
export type CompiledDecode = (bytes: Uint8Array) => DecodedMessage | null;

const stringBytesMax = 32_767;
/** Longest array that is made in its full size at once; a longer one grows with what is really there. */
const presizedElementsMax = 4096;

const scratch = new DataView(new ArrayBuffer(8));

/** The int64 at an offset that was checked. Through a scratch view, since a view of the message costs more than most. */
function int64At(bytes: Uint8Array, at: number): bigint {
  const high = readInt32(bytes, at);
  const low = readInt32(bytes, at + 4);
  if (high === 0 && low === 0) return 0n;
  if (high === -1 && low === -1) return -1n;
  scratch.setInt32(0, high);
  scratch.setInt32(4, low);
  return scratch.getBigInt64(0);
}

/** The float64 at an offset that was checked. */
export function float64At(bytes: Uint8Array, at: number): number {
  scratch.setInt32(0, readInt32(bytes, at));
  scratch.setInt32(4, readInt32(bytes, at + 4));
  return scratch.getFloat64(0);
}

function readInt32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Writes the source of one decoder. Statements leave each value in a variable, structs are literals of these. */
class DecodeSource {
  readonly out = new SourceWriter('null');
  readonly defaults: FieldData[] = [];
  /** JavaScript that gives the path of the struct being read. */
  #path = '""';

  /** Reads a struct and returns the variable that holds it. */
  struct(plan: StructPlan): string {
    const { out } = this;
    const parts: string[] = [];
    for (let index = 0; index < plan.fields.length; ) {
      const group: FieldPlan[] = [];
      for (let field = plan.fields[index]; field !== undefined && isFixed(field); field = plan.fields[index]) {
        group.push(field);
        index += 1;
      }
      this.#fixed(group, parts);
      const field = plan.fields[index];
      if (field === undefined) break;
      parts.push(`${JSON.stringify(field.name)}: ${this.#value(field)}`);
      index += 1;
    }
    const struct = out.name('o');
    out.line(`const ${struct} = { ${parts.join(', ')} };`);
    if (plan.flexible) this.#tags(plan, struct);
    return struct;
  }

  #fixed(group: readonly FieldPlan[], parts: string[]): void {
    const bytes = group.reduce((sum, field) => sum + (fixedBytes[field.kind] ?? 0), 0);
    if (bytes === 0) return;
    this.out.need(bytes);
    let distance = 0;
    for (const field of group) {
      const value = this.out.name('v');
      this.out.line(`const ${value} = ${fixedValue(field.kind, `at + ${distance}`)};`);
      parts.push(`${JSON.stringify(field.name)}: ${value}`);
      distance += fixedBytes[field.kind] ?? 0;
    }
    this.out.line(`at += ${bytes};`);
  }

  /** Reads one value and returns the variable that holds it. */
  #value(field: FieldPlan): string {
    const { out } = this;
    const value = out.name('v');
    if (isFixed(field)) {
      const bytes = fixedBytes[field.kind] ?? 0;
      out.need(bytes);
      out.line(`const ${value} = ${fixedValue(field.kind, 'at')}; at += ${bytes};`);
      return value;
    }
    out.line(`let ${value} = null;`);
    if (field.kind === FieldKind.Struct) this.#nested(field, value);
    else if (field.kind === FieldKind.Array) this.#array(field, value);
    else this.#bytes(field, value);
    return value;
  }

  /** Strings, bytes and records: a length, then that many bytes. */
  #bytes(field: FieldPlan, value: string): void {
    const { out } = this;
    const text = field.kind === FieldKind.String;
    out.length(field.compact, field.nullable, !text);
    if (field.nullable) out.line('if (n >= 0) {');
    if (text && field.compact) out.missIf(`n > ${stringBytesMax}`);
    out.missIf('n > e - at');
    out.line(`${value} = ${text ? 'textAt(b, at, at + n)' : 'b.subarray(at, at + n)'}; at += n;`);
    if (field.kind === FieldKind.Records) {
      out.line(`records.push(${value}); recordPaths.push(${this.#pathOf(field.name)});`);
    }
    if (field.nullable) out.line('}');
  }

  #nested(field: FieldPlan, value: string): void {
    if (field.struct === null) return;
    const { out } = this;
    if (field.nullable) {
      out.need(1);
      out.line('if (b[at++] < 0x80) {');
    }
    const outer = this.#path;
    this.#path = this.#pathOf(field.name);
    out.line(`${value} = ${this.struct(field.struct)};`);
    this.#path = outer;
    if (field.nullable) out.line('}');
  }

  #array(field: FieldPlan, value: string): void {
    const { out } = this;
    const element = field.element;
    if (element === null) return;
    out.length(field.compact, field.nullable, true);
    if (field.nullable) out.line('if (n >= 0) {');
    out.missIf(`n * ${Math.max(1, element.bytesMin)} > e - at || (values += n) > ${decodedValuesMax}`);
    const [count, index] = [out.name('c'), out.name('i')];
    out.line(`${value} = n > 0 && n <= ${presizedElementsMax} ? new Array(n) : []; const ${count} = n;`);
    out.line(`for (let ${index} = 0; ${index} < ${count}; ${index}++) {`);
    const outer = this.#path;
    if (element.struct !== null) this.#path = `${this.#pathOf(field.name)} + "[" + ${index} + "]"`;
    const item = element.struct === null ? this.#value(element) : this.struct(element.struct);
    this.#path = outer;
    out.line(`${value}[${index}] = ${item}; }`);
    if (field.nullable) out.line('}');
  }

  #pathOf(name: string): string {
    return this.#path === '""' ? JSON.stringify(name) : `${this.#path} + ${JSON.stringify(`.${name}`)}`;
  }

  /** Tags the schema knows. A default that was sent reads as absent; a tag sent twice is the interpreter's business. */
  #tags(plan: StructPlan, struct: string): void {
    const { out } = this;
    out.tags(plan.tagged, (field, stop) => {
      const value = this.#value(field);
      const name = JSON.stringify(field.name);
      out.missIf(`at !== ${stop} || ${struct}[${name}] !== undefined`);
      out.line(`if (!equalFields(${value}, defaults[${this.defaults.length}])) ${struct}[${name}] = ${value};`);
      this.defaults.push(field.defaultValue);
    });
  }
}

interface DecodeParts {
  readonly text: string;
  readonly defaults: readonly FieldData[];
}

function sourceOf(plan: MessagePlan): DecodeParts {
  const source = new DecodeSource();
  const header = source.struct(plan.header);
  const body = source.struct(plan.body);
  const facts = [
    `kind: "decoded", type: ${JSON.stringify(plan.type)}, apiKey: ${plan.apiKey}, apiVersion: ${plan.apiVersion}`,
    `headerVersion: ${plan.headerVersion}, flexible: ${plan.flexible}, header: ${header}, body: ${body}`,
    'records, recordPaths, unknownTags: [], trailingBytes: e - at',
  ];
  const text = [
    'return function compiledDecode(b) {',
    'const e = b.length, records = [], recordPaths = []; let at = 0, n = 0, values = 0;',
    source.out.text,
    `return { ${facts.join(', ')} }; };`,
  ].join('\n');
  return { text, defaults: source.defaults };
}

/** The source of a decoder; for tests and the curious. */
export function decodeSource(plan: MessagePlan): string {
  return sourceOf(plan).text;
}

/** Compiles the decoder of a message; null where the process forbids it. */
export function compileDecode(plan: MessagePlan): CompiledDecode | null {
  const { text, defaults } = sourceOf(plan);
  const uses = { longUvarint, textAt, uuidAt, int64At, float64At, equalFields, defaults };
  return makeFunction(Object.keys(uses), Object.values(uses), text) as CompiledDecode | null;
}
