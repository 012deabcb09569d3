import { FilterError } from './filter-error.ts';

/** Longest filter text, characters. */
export const filterCharsMax = 4096;

/** Signs of the language, longest first so that `<=` is not read as `<`. */
export const signs = [
  '&&',
  '||',
  '==',
  '!=',
  '!~',
  '<=',
  '>=',
  '..',
  '!',
  '~',
  '<',
  '>',
  '(',
  ')',
  '{',
  '}',
  ',',
] as const;

export type Sign = (typeof signs)[number];

/**
 * A piece of filter text. A word is anything that is neither quoted nor a sign: a field path, a number with its unit,
 * an enum, a time; the parser knows which. `end` is the offset after the token.
 */
export type Token =
  | { readonly kind: 'sign'; readonly sign: Sign; readonly column: number; readonly end: number }
  | { readonly kind: 'word'; readonly text: string; readonly column: number; readonly end: number }
  | { readonly kind: 'string'; readonly text: string; readonly column: number; readonly end: number }
  | {
      readonly kind: 'pattern';
      readonly source: string;
      readonly ignoreCase: boolean;
      readonly column: number;
      readonly end: number;
    }
  | { readonly kind: 'end'; readonly column: number; readonly end: number };

const blanks = ' \t\r\n';
/** Ends a word; `..` ends one too, a single dot does not. */
const wordEnds = `${blanks}()!{},<>=~&|"`;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', '0': '\0' };

/** Cuts a text into tokens; the last one is `end`. Throws a FilterError at a string or sign that is none. */
export function tokensOf(text: string): Token[] {
  if (text.length > filterCharsMax) {
    throw new FilterError(`the filter has ${text.length} characters; at most ${filterCharsMax} are allowed`, 1);
  }
  const scanner = new Scanner(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = scanner.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    while (this.#at < this.#text.length && blanks.includes(this.#text[this.#at] ?? '')) this.#at++;
    const start = this.#at;
    const first = this.#text[start];
    if (first === undefined) return { kind: 'end', column: start + 1, end: start };
    if (first === '"') return this.#string(start);
    if (first === 'r' && this.#text[start + 1] === '"') return this.#rawString(start);
    if (first === '/') return this.#pattern(start);
    for (const sign of signs) {
      if (!this.#text.startsWith(sign, start)) continue;
      this.#at = start + sign.length;
      return { kind: 'sign', sign, column: start + 1, end: this.#at };
    }
    return this.#word(start);
  }

  #word(start: number): Token {
    let at = start;
    while (at < this.#text.length && !wordEnds.includes(this.#text[at] ?? '') && !this.#text.startsWith('..', at)) at++;
    if (at === start) throw new FilterError(this.#noSign(start), start + 1);
    this.#at = at;
    return { kind: 'word', text: this.#text.slice(start, at), column: start + 1, end: at };
  }

  #noSign(at: number): string {
    const char = this.#text[at] ?? '';
    const meant: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||' };
    const better = meant[char];
    return better === undefined
      ? `${JSON.stringify(char)} means nothing here`
      : `"${char}" is no operator; did you mean ${better}?`;
  }

  #string(start: number): Token {
    let text = '';
    let at = start + 1;
    for (;;) {
      const char = this.#text[at];
      if (char === undefined) throw new FilterError('the string has no closing "', start + 1);
      at++;
      if (char === '"') break;
      if (char !== '\\') {
        text += char;
        continue;
      }
      const [escaped, length] = this.#escape(at);
      text += escaped;
      at += length;
    }
    this.#at = at;
    return { kind: 'string', text, column: start + 1, end: at };
  }

  /** What stands for the escape whose letter is at `at`, and how many characters it takes from there. */
  #escape(at: number): [string, number] {
    const letter = this.#text[at] ?? '';
    const simple = escapes[letter];
    if (simple !== undefined) return [simple, 1];
    const hex = letter === 'x' ? /^x([0-9a-fA-F]{2})/ : /^u\{([0-9a-fA-F]{1,6})\}/;
    const found = hex.exec(this.#text.slice(at, at + 9));
    const code = found === null ? Number.NaN : Number.parseInt(found[1] ?? '', 16);
    if (found !== null && code <= 0x10ffff) return [String.fromCodePoint(code), found[0].length];
    throw new FilterError(`"\\${letter}" is no escape; write r"…" or /…/ for a pattern, "\\\\" for a backslash`, at);
  }

  #rawString(start: number): Token {
    const close = this.#text.indexOf('"', start + 2);
    if (close < 0) throw new FilterError('the string has no closing "', start + 1);
    this.#at = close + 1;
    return { kind: 'string', text: this.#text.slice(start + 2, close), column: start + 1, end: this.#at };
  }

  #pattern(start: number): Token {
    let source = '';
    let at = start + 1;
    for (;;) {
      const char = this.#text[at];
      if (char === undefined) throw new FilterError('the pattern has no closing /', start + 1);
      if (char === '/') break;
      const pair = char === '\\' ? this.#text.slice(at, at + 2) : char;
      source += pair === '\\/' ? '/' : pair;
      at += pair.length;
    }
    const ignoreCase = this.#text[at + 1] === 'i';
    this.#at = at + (ignoreCase ? 2 : 1);
    const after = this.#text[this.#at] ?? ' ';
    if (!wordEnds.includes(after))
      throw new FilterError(`"${after}" after a pattern; only i (ignore case) may follow /…/`, this.#at + 1);
    return { kind: 'pattern', source, ignoreCase, column: start + 1, end: this.#at };
  }
}
