import { textAt, uuidAt } from '../wire/reader.ts';
import { equalFields } from './field-equality.ts';
import { FieldKind } from './field-kind.ts';
import { FieldSource } from './field-source.ts';
import type { DecodedMessage, FieldData } from './message.ts';
import type { FieldPlan, MessagePlan, StructPlan } from './plan.ts';
import { longUvarint, makeFunction } from './source-parts.ts';

/**
 * The decoder of one version of one message as a function of its own. Null means that something is unusual: an unknown
 * tag, a length that cannot be. The interpreter then reads the message from its beginning.
 */
export type CompiledDecode = (bytes: Uint8Array) => DecodedMessage | null;

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
  readonly #source = new FieldSource();
  readonly out = this.#source.out;
  readonly defaults: FieldData[] = [];
  /** JavaScript that gives the path of the struct being read. */
  #path = '""';

  /** Reads a struct and returns the variable that holds it. */
  struct(plan: StructPlan): string {
    const { out } = this;
    const members: string[] = [];
    const member = (field: FieldPlan, value: string): void => {
      members.push(`${JSON.stringify(field.name)}: ${value}`);
    };
    this.#source.fields(plan.fields, member, (field) => member(field, this.#value(field)));
    const struct = out.name('o');
    out.line(`const ${struct} = { ${members.join(', ')} };`);
    if (plan.flexible) this.#source.tags(plan, (field) => this.#tag(field, struct));
    return struct;
  }

  /** Reads one value and returns the variable that holds it. */
  #value(field: FieldPlan): string {
    const fixed = this.#source.fixed(field);
    if (fixed !== null) return fixed;
    const value = this.out.name('v');
    this.out.line(`let ${value} = null;`);
    if (field.kind === FieldKind.Struct) this.#nested(field, value);
    else if (field.kind === FieldKind.Array) this.#array(field, value);
    else this.#source.sized(field, this.#kept(field, value));
    return value;
  }

  #kept(field: FieldPlan, value: string): string {
    if (field.kind === FieldKind.String) return `${value} = textAt(b, at, at + n);`;
    const bytes = `${value} = b.subarray(at, at + n);`;
    if (field.kind !== FieldKind.Records) return bytes;
    return `${bytes} records.push(${value}); recordPaths.push(${this.#pathOf(field.name)});`;
  }

  #nested(field: FieldPlan, value: string): void {
    this.#source.nested(field, (struct) => {
      this.out.line(`${value} = ${this.#structAt(this.#pathOf(field.name), struct)};`);
    });
  }

  #array(field: FieldPlan, value: string): void {
    this.#source.array(field, (element) => {
      const { struct } = element;
      this.out.line(`${value} = n > 0 && n <= ${presizedElementsMax} ? new Array(n) : [];`);
      this.#source.elements((index) => {
        const path = `${this.#pathOf(field.name)} + "[" + ${index} + "]"`;
        const item = struct === null ? this.#value(element) : this.#structAt(path, struct);
        this.out.line(`${value}[${index}] = ${item};`);
      });
    });
  }

  /** Reads a struct whose path some JavaScript gives, and returns the variable that holds it. */
  #structAt(path: string, plan: StructPlan): string {
    const outer = this.#path;
    this.#path = path;
    const struct = this.struct(plan);
    this.#path = outer;
    return struct;
  }

  #pathOf(name: string): string {
    return this.#path === '""' ? JSON.stringify(name) : `${this.#path} + ${JSON.stringify(`.${name}`)}`;
  }

  /** A default that was sent reads as absent; a tag sent twice is the interpreter's business. */
  #tag(field: FieldPlan, struct: string): void {
    const { out, defaults } = this;
    const value = this.#value(field);
    const member = `${struct}[${JSON.stringify(field.name)}]`;
    out.missIf(`${member} !== undefined`);
    out.line(`if (!equalFields(${value}, defaults[${defaults.length}])) ${member} = ${value};`);
    defaults.push(field.defaultValue);
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
