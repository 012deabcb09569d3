import { fieldOf, findRef, isOrdered, printRef, refOf, typeNames, typeOf } from './field-ref.ts';
import { FilterError } from './filter-error.ts';
import { comparisonNamed, comparisonOf } from './operators/index.ts';
import type { Comparison } from './operators/types.ts';
import { readValue } from './read-value.ts';
import { nearest } from './suggest.ts';
import { type Sign, type Token, tokensOf } from './tokens.ts';
import type { CountCode, Expression, FieldRef, Item } from './types.ts';

/** Deepest nesting of parentheses, negations and quantifiers. */
export const filterDepthMax = 64;

/** Most items of an `in {…}`. */
export const itemsMax = 1000;

/** Sets a filter may name with `@`. */
export const setNames: readonly string[] = ['marked'];

const reserved: readonly string[] = ['and', 'or', 'not', 'in', 'contains', 'startswith', 'endswith'];
const countCodes: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

/** Tells whether a word can stand alone as a text to search for. */
export function isReserved(word: string): boolean {
  return reserved.includes(word.toLowerCase());
}

/** Reads a filter text. Throws a FilterError that says what is wrong and where. */
export function parseFilter(text: string): Expression {
  return new Parser(tokensOf(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#or();
    const rest = this.#peek();
    if (rest.kind === 'sign' && rest.sign === ')') throw new FilterError('")" without "("', rest.column);
    if (rest.kind !== 'end') throw new FilterError('&& or || is missing before this', rest.column);
    return expression;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', column: 1, end: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #isSign(sign: Sign, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'sign' && token.sign === sign;
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #expect(sign: Sign, message: string): void {
    if (!this.#isSign(sign)) throw new FilterError(message, this.#peek().column);
    this.#at++;
  }

  #or(): Expression {
    const operands = this.#chain('||', 'or', () => this.#and());
    const only = operands[0];
    if (operands.length === 1 && only !== undefined) return only;
    return { kind: 'or', operands: operands.flatMap((each) => (each.kind === 'or' ? each.operands : [each])) };
  }

  #and(): Expression {
    const operands = this.#chain('&&', 'and', () => this.#not());
    const only = operands[0];
    if (operands.length === 1 && only !== undefined) return only;
    return { kind: 'and', operands: operands.flatMap((each) => (each.kind === 'and' ? each.operands : [each])) };
  }

  #chain(sign: Sign, word: string, operand: () => Expression): Expression[] {
    const operands = [operand()];
    while (this.#isSign(sign) || this.#isWord(word)) {
      this.#at++;
      operands.push(operand());
    }
    return operands;
  }

  #not(): Expression {
    if (!this.#isSign('!') && !this.#isWord('not')) return this.#primary();
    this.#at++;
    return this.#deeper(() => ({ kind: 'not', operand: this.#not() }));
  }

  #deeper<Result>(inside: () => Result): Result {
    if (++this.#depth > filterDepthMax) {
      throw new FilterError(`more than ${filterDepthMax} levels of nesting`, this.#peek().column);
    }
    const result = inside();
    this.#depth--;
    return result;
  }

  #parenthesised(): Expression {
    const open = this.#take();
    return this.#deeper(() => {
      const expression = this.#or();
      this.#expect(')', `the "(" of column ${open.column} has no ")"`);
      return expression;
    });
  }

  #primary(): Expression {
    const token = this.#peek();
    if (this.#isSign('(')) return this.#parenthesised();
    if (token.kind === 'word') return this.#fromWord(token);
    if (token.kind === 'string') {
      this.#at++;
      if (this.#comparison() !== null)
        throw new FilterError('a field stands before an operator, its value after it', token.column);
      return { kind: 'search', text: token.text };
    }
    if (token.kind === 'pattern') throw new FilterError('a pattern needs a field, such as topic ~ /…/', token.column);
    const what =
      token.kind === 'end' ? 'the filter ends where an expression is expected' : 'an expression is expected here';
    throw new FilterError(what, token.column);
  }

  #fromWord(token: Token & { kind: 'word' }): Expression {
    const { text, column } = token;
    const lower = text.toLowerCase();
    this.#at++;
    if (this.#isSign('(')) return this.#quantified(lower, token);
    if (text.startsWith('@')) return this.#set(text.slice(1), column);
    if (isReserved(text))
      throw new FilterError(`a field is expected before "${text}"; quote the word to search for it`, column);
    const operator = this.#comparison();
    if (operator !== null) {
      const ref = refOf(text, column);
      const at = this.#take().column;
      const value = readValue(ref, operator, this.#take());
      return { kind: 'comparison', field: ref, code: operator.code, value, column: at };
    }
    if (this.#isWord('in')) return this.#membership(refOf(text, column), false);
    if (this.#isWord('not') && this.#isWord('in', 1)) return this.#membership(refOf(text, column), true);
    const ref = findRef(text, column);
    return ref === null ? { kind: 'search', text } : { kind: 'present', field: ref };
  }

  /** The comparison that stands next, which is not taken; null when something else does. */
  #comparison(): Comparison | null {
    const token = this.#peek();
    if (token.kind === 'sign') return comparisonNamed(token.sign);
    return token.kind === 'word' ? comparisonNamed(token.text) : null;
  }

  #set(name: string, column: number): Expression {
    const lower = name.toLowerCase();
    if (setNames.includes(lower)) return { kind: 'set', name: lower, column };
    const meant = nearest(name, setNames);
    const hint = meant === null ? `there is @${setNames.join(', @')}` : `did you mean @${meant}?`;
    throw new FilterError(`@${name} is no set; ${hint}`, column);
  }

  #quantified(word: string, token: Token & { kind: 'word' }): Expression {
    const { column } = token;
    if (word !== 'any' && word !== 'all' && word !== 'none' && word !== 'count') {
      throw new FilterError(`"${token.text}(" is no quantifier; any, all, none and count are`, column);
    }
    const operand = this.#parenthesised();
    if (word !== 'count') return { kind: 'quantified', quantifier: word, operand, column };
    const sign = this.#take();
    if (sign.kind !== 'sign' || !countCodes.includes(sign.sign)) {
      throw new FilterError('count(…) is compared with a number, such as count(…) > 2', sign.column);
    }
    const number = this.#take();
    const digits = number.kind === 'word' && /^\d{1,9}$/.test(number.text) ? number.text : null;
    if (digits === null) throw new FilterError('a count is compared with a whole number', number.column);
    return { kind: 'count', operand, code: sign.sign as CountCode, count: Number(digits), column };
  }

  #membership(field: FieldRef, negated: boolean): Expression {
    this.#at += negated ? 2 : 1;
    const column = this.#peek(-1).column;
    this.#expect('{', 'a list follows in: in {first, second, 4..7}');
    const items: Item[] = [];
    do {
      if (items.length >= itemsMax) throw new FilterError(`more than ${itemsMax} items`, this.#peek().column);
      items.push(this.#item(field));
    } while (this.#comma());
    this.#expect('}', 'a comma or } is missing before this');
    return { kind: 'membership', field, negated, items, column };
  }

  #comma(): boolean {
    if (!this.#isSign(',')) return false;
    this.#at++;
    return true;
  }

  #item(field: FieldRef): Item {
    const from = readValue(field, comparisonOf('=='), this.#take());
    if (!this.#isSign('..')) return { from, to: null };
    const dots = this.#take();
    const type = typeOf(field);
    if (!isOrdered(type)) {
      const what = fieldOf(field) === null ? 'a value' : typeNames[type];
      throw new FilterError(`${printRef(field)} is ${what} and has no ranges`, dots.column);
    }
    return { from, to: readValue(field, comparisonOf('<='), this.#take()) };
  }
}
