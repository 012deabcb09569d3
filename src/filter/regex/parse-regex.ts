import { anyButLineEnd, type CharSet, classEscape, plainRanges, singleChar } from './char-set.ts';

/** Longest pattern accepted, characters. */
export const patternCharsMax = 256;

/** Largest count in `{m,n}`. */
export const repeatMax = 1000;

/** What an assertion looks at: the ends of the text or a word boundary. */
export type Assertion = 'start' | 'end' | 'word' | 'not-word';

/** A parsed pattern. */
export type RegexNode =
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number | null }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

/** Why a pattern is refused, and where (offset in the pattern). */
export class PatternError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'PatternError';
    this.offset = offset;
  }
}

/**
 * Reads the usual notation: literals, `.`, classes, groups, `|`, `* + ? {m,n}` (also lazy), `^ $ \b \B`, `\d \w \s`.
 * What cannot be matched in linear time (back references) or is not needed for a yes or no (look-around) is refused
 * by name.
 */
export function parseRegex(source: string): RegexNode {
  if (source.length > patternCharsMax) {
    throw new PatternError(`the pattern has ${source.length} characters; at most ${patternCharsMax} are allowed`, 0);
  }
  return new RegexParser(source).parse();
}

const controlEscapes: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };

class RegexParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) this.#fail('")" without "("');
    return node;
  }

  #peek(): string {
    return this.#source[this.#at] ?? '';
  }

  #fail(message: string, offset = this.#at): never {
    throw new PatternError(message, offset);
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      options.push(this.#sequence());
    }
    const only = options[0];
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === '' || next === '|' || next === ')') break;
      items.push(this.#repeats(this.#atom()));
    }
    const only = items[0];
    return items.length === 1 && only !== undefined ? only : { kind: 'sequence', items };
  }

  #repeats(atom: RegexNode): RegexNode {
    const counts = this.#counts();
    if (counts === null) return atom;
    if (this.#peek() === '?') this.#at++;
    const after = this.#peek();
    if (after === '*' || after === '+' || after === '?') this.#fail(`"${after}" after a repetition`);
    return { kind: 'repeat', item: atom, min: counts[0], max: counts[1] };
  }

  #counts(): readonly [number, number | null] | null {
    const sign = this.#peek();
    if (sign === '*' || sign === '+' || sign === '?') {
      this.#at++;
      return [sign === '+' ? 1 : 0, sign === '?' ? 1 : null];
    }
    if (sign !== '{') return null;
    const found = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#source.slice(this.#at));
    if (found === null) return null;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? null : Number(found[3]);
    if (min > repeatMax || (max ?? 0) > repeatMax) this.#fail(`repeats of more than ${repeatMax} are not allowed`);
    if (max !== null && max < min) this.#fail('{m,n} with n smaller than m');
    this.#at += found[0].length;
    return [min, max];
  }

  #atom(): RegexNode {
    const char = this.#peek();
    this.#at++;
    switch (char) {
      case '.':
        return { kind: 'char', set: anyButLineEnd };
      case '^':
        return { kind: 'assertion', assertion: 'start' };
      case '$':
        return { kind: 'assertion', assertion: 'end' };
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', set: this.#charClass() };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        return this.#fail(`nothing to repeat before "${char}"`, this.#at - 1);
      default:
        return { kind: 'char', set: singleChar(char.charCodeAt(0)) };
    }
  }

  #group(): RegexNode {
    const start = this.#at - 1;
    if (this.#peek() === '?') {
      const opening = /^\?(:|<[A-Za-z_]\w*>)/.exec(this.#source.slice(this.#at));
      if (opening === null)
        this.#fail('look-around and inline flags are not supported; only (…), (?:…) and (?<name>…) are', start);
      this.#at += opening[0].length;
    }
    const inside = this.#choice();
    if (this.#peek() !== ')') this.#fail('"(" without ")"', start);
    this.#at++;
    return inside;
  }

  #escape(): RegexNode {
    const letter = this.#peek();
    if (letter === 'b' || letter === 'B') {
      this.#at++;
      return { kind: 'assertion', assertion: letter === 'b' ? 'word' : 'not-word' };
    }
    return { kind: 'char', set: this.#charEscape() };
  }

  /** The set after a backslash, inside or outside a class. */
  #charEscape(): CharSet {
    const letter = this.#peek();
    if (letter === '') this.#fail('the pattern ends in a single "\\"');
    if (/[1-9]/.test(letter)) this.#fail('back references are not supported', this.#at - 1);
    this.#at++;
    const set = classEscape(letter);
    if (set !== null) return set;
    const control = controlEscapes[letter];
    if (control !== undefined) return singleChar(control);
    if (letter === 'x' || letter === 'u') return singleChar(this.#hex(letter === 'x' ? 2 : 4));
    if (/[A-Za-z]/.test(letter)) this.#fail(`"\\${letter}" is no escape`, this.#at - 2);
    return singleChar(letter.charCodeAt(0));
  }

  #hex(digits: number): number {
    const text = this.#source.slice(this.#at, this.#at + digits);
    if (text.length !== digits || !/^[0-9a-fA-F]+$/.test(text)) this.#fail(`${digits} hex digits are missing`);
    this.#at += digits;
    return Number.parseInt(text, 16);
  }

  #charClass(): CharSet {
    const start = this.#at - 1;
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const ranges: number[] = [];
    while (this.#peek() !== ']') {
      if (this.#peek() === '') this.#fail('"[" without "]"', start);
      const first = this.#classChar();
      const dash =
        this.#source.startsWith('-', this.#at) &&
        this.#source[this.#at + 1] !== ']' &&
        this.#source[this.#at + 1] !== undefined;
      if (first.single === null || !dash) {
        ranges.push(...first.ranges);
        continue;
      }
      this.#at++;
      const last = this.#classChar();
      if (last.single === null || last.single < first.single)
        this.#fail('a range in […] runs backwards or ends in a class');
      ranges.push(first.single, last.single);
    }
    this.#at++;
    return { ranges, negated };
  }

  #classChar(): { readonly single: number | null; readonly ranges: readonly number[] } {
    const char = this.#peek();
    this.#at++;
    if (char !== '\\') return { single: char.charCodeAt(0), ranges: [char.charCodeAt(0), char.charCodeAt(0)] };
    if (this.#peek() === 'b') {
      this.#at++;
      return { single: 8, ranges: [8, 8] };
    }
    const set = this.#charEscape();
    const [first, last] = set.ranges;
    const single = !set.negated && set.ranges.length === 2 && first === last && first !== undefined ? first : null;
    return { single, ranges: plainRanges(set) };
  }
}
