import { taggedFieldBytesMin } from './plan.ts';

/**
 * Pieces of JavaScript that compiled walks and decoders are made of. In all of them `b` are the bytes, `e` is the
 * offset after the last, `at` the offset of the next and `n` the length or count read last. Whatever is unusual
 * returns `miss`: the interpreter then starts from the beginning and says what is wrong, if anything is.
 */
export class SourceWriter {
  readonly #lines: string[] = [];
  readonly #miss: string;
  #names = 0;

  constructor(miss: string) {
    this.#miss = miss;
  }

  /** Adds statements. */
  line(text: string): void {
    this.#lines.push(text);
  }

  /** A variable name nobody else has. */
  name(letter: string): string {
    this.#names += 1;
    return `${letter}${this.#names}`;
  }

  /** Leaves for the interpreter where the condition holds. */
  missIf(condition: string): void {
    this.line(`if (${condition}) return ${this.#miss};`);
  }

  /** Makes sure of `count` bytes. */
  need(count: number): void {
    if (count > 0) this.missIf(`at + ${count} > e`);
  }

  /** Reads an unsigned varint into `n`; one byte nearly always. */
  uvarint(): void {
    this.missIf('at >= e');
    this.line('n = b[at];');
    this.line('if (n < 0x80) at += 1; else {');
    this.line('n = longUvarint(b, at, e);');
    this.missIf('n < 0');
    this.line('at += n < 0x4000 ? 2 : n < 0x200000 ? 3 : n < 0x10000000 ? 4 : 5; }');
  }

  /** Reads a length or count of either form into `n`; negative for null, which only nullable fields may be. */
  length(compact: boolean, nullable: boolean, wide: boolean): void {
    if (compact) {
      this.uvarint();
      this.line('n -= 1;');
    } else {
      const bytes = wide ? 4 : 2;
      this.need(bytes);
      this.line(`n = ${wide ? int32('at') : int16('at')}; at += ${bytes};`);
    }
    if (!nullable) this.missIf('n < 0');
  }

  /**
   * Reads what stands in a row. Neighbours that always take the same bytes (`bytesOf` gives more than 0) are checked in
   * one go: `fixed` writes what reads one of them at its place, `other` what reads one of the rest and steps over it.
   */
  row<Each>(
    all: readonly Each[],
    bytesOf: (each: Each) => number,
    fixed: (each: Each, at: string) => void,
    other: (each: Each) => void,
  ): void {
    let rest = 0;
    while (rest < all.length) {
      const from = rest;
      let bytes = 0;
      for (let each = all[rest]; each !== undefined && bytesOf(each) > 0; each = all[rest]) {
        bytes += bytesOf(each);
        rest += 1;
      }
      this.need(bytes);
      let distance = 0;
      for (const each of all.slice(from, rest)) {
        fixed(each, `at + ${distance}`);
        distance += bytesOf(each);
      }
      if (bytes > 0) this.line(`at += ${bytes};`);
      const each = all[rest];
      if (each !== undefined) other(each);
      rest += 1;
    }
  }

  /**
   * Reads the tag section of a struct; `one` writes what reads a tag the schema knows, whose value must end where its
   * size says. Other tags are stepped over, or left to the interpreter.
   */
  tags<Tagged extends { readonly tag: number }>(
    tagged: readonly Tagged[],
    others: 'stepOver' | 'miss',
    one: (tagged: Tagged) => void,
  ): void {
    const [left, tag, stop] = [this.name('t'), this.name('g'), this.name('s')];
    this.missIf('at >= e');
    this.line('if (b[at] === 0) at += 1; else {');
    this.uvarint();
    this.missIf(`n * ${taggedFieldBytesMin} > e - at`);
    this.line(`for (let ${left} = n; ${left} > 0; ${left}--) {`);
    this.uvarint();
    this.line(`const ${tag} = n;`);
    this.uvarint();
    this.missIf('n > e - at');
    this.line(`const ${stop} = at + n;`);
    this.line(`switch (${tag}) {`);
    for (const each of tagged) {
      this.line(`case ${each.tag}: {`);
      one(each);
      this.missIf(`at !== ${stop}`);
      this.line('break; }');
    }
    this.line(others === 'miss' ? `default: return ${this.#miss};` : `default: at = ${stop};`);
    this.line('} } }');
  }

  /** Everything written so far. */
  get text(): string {
    return this.#lines.join('\n');
  }
}

/** The int8 at an offset. */
export function int8(at: string): string {
  return `(b[${at}] << 24 >> 24)`;
}

/** The int16 at an offset. */
export function int16(at: string): string {
  return `(b[${at}] << 24 >> 16 | b[${at} + 1])`;
}

/** The uint16 at an offset. */
export function uint16(at: string): string {
  return `(b[${at}] << 8 | b[${at} + 1])`;
}

/** The int32 at an offset. */
export function int32(at: string): string {
  return `(b[${at}] << 24 | b[${at} + 1] << 16 | b[${at} + 2] << 8 | b[${at} + 3])`;
}

/** The uint32 at an offset. */
export function uint32(at: string): string {
  return `(${int32(at)} >>> 0)`;
}

/**
 * An unsigned varint of two to five bytes; -1 when it is cut, beyond 31 bits, or longer than it had to be. The last is
 * legal, but the value would no longer tell how many bytes were read.
 */
export function longUvarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let at = start;
  for (let shift = 0; shift < 35; shift += 7) {
    if (at >= end) return -1;
    const byte = bytes[at] ?? 0;
    at += 1;
    value |= (byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    return byte === 0 || (shift === 28 && byte > 0x07) ? -1 : value;
  }
  return -1;
}

/** Most uses before a message is compiled: what comes once or twice costs less interpreted. */
export const compileAfterUses = 64;

let allowed = true;

/**
 * Makes a function of source text that was built from plans only. Null where the process forbids it
 * (`--disallow-code-generation-from-strings`, some hardened hosts); asked once, remembered.
 */
export function makeFunction(names: readonly string[], values: readonly unknown[], source: string): unknown {
  if (!allowed) return null;
  try {
    return new Function(...names, `'use strict';\n${source}`)(...values);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    allowed = false;
    return null;
  }
}
