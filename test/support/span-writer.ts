import type { FieldSpan, FieldValue } from '../../src/protocol/field-span.ts';

/**
 * Writes a message and the spans of its fields at once, so that a test's tree and bytes agree by construction. It is
 * no encoder: the caller says what stands where.
 */
export class SpanWriter {
  readonly #bytes: number[] = [];
  #level: FieldSpan[] = [];
  #path = '';

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  get spans(): readonly FieldSpan[] {
    return this.#level;
  }

  struct(name: string, write: () => void, type = 'STRUCT'): this {
    const outer = this.#level;
    const outerPath = this.#path;
    const start = this.#bytes.length;
    this.#level = [];
    this.#path = join(outerPath, name);
    write();
    const span = this.#span(name, this.#path, type, undefined, null, start, this.#level);
    this.#level = outer;
    this.#path = outerPath;
    outer.push(span);
    return this;
  }

  array(name: string, count: number, write: (index: number) => void): this {
    return this.struct(
      name,
      () => {
        this.#bytes.push(count + 1);
        for (let index = 0; index < count; index += 1) this.struct(`[${index}]`, () => write(index));
      },
      'COMPACT_ARRAY',
    );
  }

  int(name: string, bytes: 1 | 2 | 4 | 8, value: number | bigint, note: string | null = null): this {
    const start = this.#bytes.length;
    let rest = BigInt.asUintN(bytes * 8, BigInt(value));
    const digits: number[] = [];
    for (let at = 0; at < bytes; at += 1) {
      digits.unshift(Number(rest & 0xffn));
      rest >>= 8n;
    }
    this.#bytes.push(...digits);
    return this.#leaf(name, `INT${bytes * 8}`, bytes === 8 ? BigInt(value) : Number(value), note, start);
  }

  string(name: string, value: string | null): this {
    const start = this.#bytes.length;
    const encoded = value === null ? [] : [...new TextEncoder().encode(value)];
    this.#bytes.push(value === null ? 0 : (encoded.length + 1) & 0x7f, ...encoded);
    return this.#leaf(name, 'COMPACT_STRING', value, null, start);
  }

  records(name: string, bytes: readonly number[], note: string): this {
    const start = this.#bytes.length;
    this.#bytes.push(...bytes);
    return this.#leaf(name, 'COMPACT_RECORDS', undefined, note, start);
  }

  #leaf(name: string, type: string, value: FieldValue, note: string | null, start: number): this {
    this.#level.push(this.#span(name, join(this.#path, name), type, value, note, start, []));
    return this;
  }

  #span(
    name: string,
    path: string,
    type: string,
    value: FieldValue,
    note: string | null,
    start: number,
    children: readonly FieldSpan[],
  ): FieldSpan {
    return { name, path, type, value, note, start, end: this.#bytes.length, children };
  }
}

function join(path: string, name: string): string {
  if (path === '' || name.startsWith('[')) return path + name;
  return `${path}.${name}`;
}
