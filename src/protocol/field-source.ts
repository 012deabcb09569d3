import { FieldKind, fixedBytes } from './field-kind.ts';
import { decodedValuesMax, type FieldPlan, type StructPlan, stringBytesMax } from './plan.ts';
import { int8, int16, int32, SourceWriter, uint16, uint32 } from './source-parts.ts';

/**
 * Writes what reads the fields of a message. How they stand on the wire is the same for all who want their values;
 * what becomes of a value is the caller's business, who is asked wherever one has been read. Needs a `values` beside
 * the variables of `SourceWriter`, which counts the elements of all arrays.
 */
export class FieldSource {
  readonly out = new SourceWriter('null');

  /**
   * Reads untagged fields in the order of the wire. Those that always take the same bytes are left in a variable each,
   * which `fixed` is told; `other` writes what reads one of the others.
   */
  fields(
    fields: readonly FieldPlan[],
    fixed: (field: FieldPlan, value: string) => void,
    other: (field: FieldPlan) => void,
  ): void {
    const read = (field: FieldPlan, at: string): void => {
      const value = this.out.name('v');
      this.out.line(`const ${value} = ${fixedValue(field.kind, at)};`);
      fixed(field, value);
    };
    this.out.row(fields, bytesOf, read, other);
  }

  /** Reads a field that always takes the same bytes, and returns the variable that holds it; null for other fields. */
  fixed(field: FieldPlan): string | null {
    const bytes = bytesOf(field);
    if (bytes === 0) return null;
    const value = this.out.name('v');
    this.out.need(bytes);
    this.out.line(`const ${value} = ${fixedValue(field.kind, 'at')}; at += ${bytes};`);
    return value;
  }

  /** Reads a string, bytes or records; `use` is JavaScript that uses them, from `at` to `at + n`, unless they are null. */
  sized(field: FieldPlan, use: string): void {
    const { out } = this;
    const isText = field.kind === FieldKind.String;
    out.length(field.compact, field.nullable, !isText);
    this.#whenThere(field, 'n >= 0', () => {
      // A length of two bytes cannot be longer than Kafka reads; a varint can.
      if (isText && field.compact) out.missIf(`n > ${stringBytesMax}`);
      out.missIf('n > e - at');
      out.line(`${use} at += n;`);
    });
  }

  /** Reads a struct that may be null; `body` writes what reads it when it is there. */
  nested(field: FieldPlan, body: (struct: StructPlan) => void): void {
    const { struct } = field;
    if (struct === null) return;
    if (field.nullable) this.out.need(1);
    this.#whenThere(field, 'b[at++] < 0x80', () => body(struct));
  }

  /** Reads an array that may be null; `body` writes what reads its `n` elements when it is there. */
  array(field: FieldPlan, body: (element: FieldPlan) => void): void {
    const { out } = this;
    const { element } = field;
    if (element === null) return;
    out.length(field.compact, field.nullable, true);
    this.#whenThere(field, 'n >= 0', () => {
      out.missIf(`n * ${Math.max(1, element.bytesMin)} > e - at || (values += n) > ${decodedValuesMax}`);
      body(element);
    });
  }

  /** Reads `n` elements; `one` writes what reads that of an index. Returns the variable that holds their count. */
  elements(one: (index: string) => void): string {
    const { out } = this;
    const [count, index] = [out.name('c'), out.name('i')];
    out.line(`const ${count} = n;`);
    out.line(`for (let ${index} = 0; ${index} < ${count}; ${index}++) {`);
    one(index);
    out.line('}');
    return count;
  }

  /** Reads the tags of a flexible struct. A tag the schema does not know is the interpreter's business. */
  tags(struct: StructPlan, one: (field: FieldPlan) => void): void {
    const { out } = this;
    if (struct.tagged.length > 0) {
      out.tags(struct.tagged, 'miss', one);
      return;
    }
    out.missIf('at >= e || b[at] !== 0');
    out.line('at += 1;');
  }

  #whenThere(field: FieldPlan, condition: string, body: () => void): void {
    if (field.nullable) this.out.line(`if (${condition}) {`);
    body();
    if (field.nullable) this.out.line('}');
  }
}

function bytesOf(field: FieldPlan): number {
  return fixedBytes[field.kind] ?? 0;
}

/** JavaScript for a value that always takes the same bytes; what `int64At`, `float64At` and `uuidAt` give is up to the user. */
function fixedValue(kind: number, at: string): string {
  switch (kind) {
    case FieldKind.Bool:
      return `b[${at}] !== 0`;
    case FieldKind.Int8:
      return int8(at);
    case FieldKind.Int16:
      return int16(at);
    case FieldKind.Uint16:
      return uint16(at);
    case FieldKind.Int32:
      return int32(at);
    case FieldKind.Uint32:
      return uint32(at);
    case FieldKind.Int64:
      return `int64At(b, ${at})`;
    case FieldKind.Float64:
      return `float64At(b, ${at})`;
    default:
      return `uuidAt(b, ${at})`;
  }
}
