import {
  comparable,
  fieldOf,
  findRef,
  isOrdered,
  lastName,
  printRef,
  type RefType,
  typeNames,
  typeOf,
} from './field-ref.ts';
import { errorWords } from './fields/enum-words.ts';
import type { EnumWords } from './fields/field.ts';
import { FilterError } from './filter-error.ts';
import type { Comparison } from './operators/types.ts';
import { LinearRegex } from './regex/linear-regex.ts';
import { PatternError } from './regex/parse-regex.ts';
import { didYouMean } from './suggest.ts';
import { parseTime } from './time-literal.ts';
import type { Token } from './tokens.ts';
import type { FieldRef, Value } from './types.ts';
import { durationUnits, numberUnits, sizeUnits, unitNamed, type WrittenNumber, writtenNumber } from './units.ts';

/** Reads what a field is compared with: the field's type decides what a word means. */
export function readValue(ref: FieldRef, operator: Comparison, token: Token): Value {
  const type = typeOf(ref);
  const name = printRef(ref);
  if (token.kind === 'end' || token.kind === 'sign') {
    throw new FilterError(`a value is missing after ${operator.code}; ${name} is ${typeNames[type]}`, token.column);
  }
  if (operator.needs === 'text') {
    if (type !== 'text' && type !== 'enum' && type !== 'any') {
      throw new FilterError(`${name} is ${typeNames[type]}; ${operator.code} works on text, use == or <`, token.column);
    }
    return operator.code === '~' || operator.code === '!~' ? readPattern(token) : readText(token, type);
  }
  if (operator.needs === 'order' && !isOrdered(type)) {
    const instead = name === 'error' ? '; error.code is the number' : '';
    throw new FilterError(`${name} is ${typeNames[type]} and has no order${instead}`, token.column);
  }
  if (token.kind === 'pattern') throw new FilterError(`a pattern needs ~ or !~, not ${operator.code}`, token.column);
  const value = readTyped(ref, type, token);
  if (operator.needs === 'order' && (value.kind === 'text' || value.kind === 'boolean' || value.kind === 'word')) {
    throw new FilterError(`${operator.code} compares numbers`, token.column);
  }
  return value;
}

type WordOrString = Exclude<Token, { kind: 'sign' } | { kind: 'end' } | { kind: 'pattern' }>;

function readTyped(ref: FieldRef, type: RefType, token: WordOrString): Value {
  switch (type) {
    case 'text':
      return readText(token, type);
    case 'enum':
      return readEnum(fieldOf(ref)?.words ?? errorWords, token);
    case 'identifier':
    case 'count':
      return otherField(type, token) ?? readNumber(printRef(ref), token);
    case 'duration':
      return otherField(type, token) ?? readQuantity(printRef(ref), token, durationUnits, 'ms', 'a duration');
    case 'size':
      return otherField(type, token) ?? readQuantity(printRef(ref), token, sizeUnits, 'KB', 'a size');
    case 'boolean':
      return otherField(type, token) ?? readBoolean(printRef(ref), token);
    case 'time':
      return otherField(type, token) ?? readTime(token);
    case 'any':
      return readAny(ref, token);
  }
}

/** A word that names a field is that field; in quotes it is text. */
function otherField(type: RefType, token: Token): Value | null {
  if (token.kind !== 'word') return null;
  const field = findRef(token.text, token.column);
  if (field === null) return null;
  if (comparable(type, typeOf(field))) return { kind: 'field', field };
  throw new FilterError(`${token.text} is a field of another kind; write "${token.text}" for the text`, token.column);
}

function readText(token: Token, type: RefType): Value {
  if (token.kind === 'pattern') throw new FilterError('a pattern needs ~ or !~', token.column);
  if (token.kind === 'string') return { kind: 'text', text: token.text };
  const field = type === 'enum' ? null : otherField(type, token);
  return field ?? { kind: 'text', text: token.kind === 'word' ? token.text : '' };
}

function readPattern(token: Token): Value {
  let source =
    token.kind === 'pattern' ? token.source : token.kind === 'string' || token.kind === 'word' ? token.text : '';
  let ignoreCase = token.kind === 'pattern' && token.ignoreCase;
  const quoted = token.kind === 'word' ? 0 : 1;
  const flagged = source.startsWith('(?i)');
  if (flagged) {
    source = source.slice(4);
    ignoreCase = true;
  }
  const compiled = LinearRegex.compile(source, ignoreCase);
  if (compiled instanceof PatternError) {
    throw new FilterError(compiled.message, token.column + quoted + compiled.offset + (flagged ? 4 : 0));
  }
  return {
    kind: 'pattern',
    source: source.replaceAll(/\\(.)/gs, (pair, char: string) => (char === '/' ? '/' : pair)),
    ignoreCase,
  };
}

function readEnum(words: EnumWords, token: WordOrString): Value {
  const value = words.valueOf(token.text);
  if (value !== null) return { kind: 'word', word: words.nameOf(value) };
  const field = token.kind === 'word' ? findRef(token.text, token.column) : null;
  if (field !== null) return { kind: 'field', field };
  const hint = didYouMean(token.text, words.words());
  throw new FilterError(`"${token.text}" is no ${words.what}${hint}`, token.column);
}

function numberIn(name: string, token: WordOrString, what: string): WrittenNumber {
  const written = token.kind === 'word' ? writtenNumber(token.text) : null;
  if (written !== null) return written;
  const unquoted = token.kind === 'string' && writtenNumber(token.text) !== null ? '; write it without quotes' : '';
  throw new FilterError(`"${token.text}" is no number; ${name} is ${what}${unquoted}`, token.column);
}

function readNumber(name: string, token: WordOrString): Value {
  const written = numberIn(name, token, 'a number');
  const unit = written.unit === '' ? '' : unitNamed(numberUnits, written.unit);
  if (unit === null) {
    throw new FilterError(`${name} is a plain number; ${written.unit} is no unit of it (k and M are)`, token.column);
  }
  const digits = unit === '' ? written.digits : scaled(written.digits, numberUnits[unit] ?? 1, token.column);
  if (!/^-?\d+$/.test(digits)) throw new FilterError(`${name} is a whole number`, token.column);
  return { kind: 'number', digits: String(BigInt(digits)) };
}

/** `1.5k` written out; products beyond exact integers are refused rather than rounded. */
function scaled(digits: string, factor: number, column: number): string {
  const product = Math.round(Number(digits) * factor * 1e6) / 1e6;
  if (Math.abs(product) < 1e9 * factor && Math.abs(product) < 1e15) return String(product);
  throw new FilterError(`${digits} is too large for a unit; write the number out`, column);
}

function readQuantity(
  name: string,
  token: WordOrString,
  units: Readonly<Record<string, number>>,
  usual: string,
  what: string,
): Value {
  const written = numberIn(name, token, what);
  if (written.unit === '') {
    if (Number(written.digits) === 0) return { kind: 'quantity', digits: '0', unit: '' };
    throw new FilterError(`${written.digits} has no unit; did you mean ${written.digits}${usual}?`, token.column);
  }
  const unit = unitNamed(units, written.unit);
  if (unit !== null) return { kind: 'quantity', digits: written.digits, unit };
  const list = Object.keys(units).join(', ');
  throw new FilterError(
    `${written.unit} is no unit of ${what}; use one of ${list}`,
    token.column + written.digits.length,
  );
}

function readBoolean(name: string, token: WordOrString): Value {
  const lower = token.text.toLowerCase();
  if (lower === 'true' || lower === 'false') return { kind: 'boolean', value: lower === 'true' };
  throw new FilterError(`${name} is true or false, not "${token.text}"`, token.column);
}

function readTime(token: WordOrString): Value {
  if (parseTime(token.text) !== null) return { kind: 'time', text: token.text };
  throw new FilterError(`"${token.text}" is no time; write 14:02, 2026-11-21T14:02Z or -5m`, token.column);
}

/** A value for a schema path, whose type nobody knows before a message is there: the way it is written decides. */
function readAny(ref: FieldRef, token: WordOrString): Value {
  if (token.kind === 'string') return { kind: 'text', text: token.text };
  const lower = token.text.toLowerCase();
  if (lower === 'true' || lower === 'false') return { kind: 'boolean', value: lower === 'true' };
  if (lower === 'null') throw new FilterError(`what is missing is found with !${printRef(ref)}`, token.column);
  const written = writtenNumber(token.text);
  if (written !== null) return readAnyNumber(ref, token, written);
  const last = lastName(ref);
  if (last.toLowerCase().endsWith('errorcode')) return readEnum(errorWords, token);
  return otherField('any', token) ?? { kind: 'text', text: token.text };
}

function readAnyNumber(ref: FieldRef, token: WordOrString, written: WrittenNumber): Value {
  const { digits, unit } = written;
  if (unit === '') return { kind: 'number', digits };
  const plain = Object.hasOwn(numberUnits, unit) ? (numberUnits[unit] ?? 1) : null;
  const time = unitNamed(durationUnits, unit);
  if (time !== null && lastName(ref).endsWith('Ms')) return { kind: 'quantity', digits, unit: time };
  if (plain !== null) return { kind: 'number', digits: scaled(digits, plain, token.column) };
  const size = unitNamed(sizeUnits, unit);
  if (size !== null) return { kind: 'quantity', digits, unit: size };
  if (time !== null) {
    throw new FilterError(
      `${printRef(ref)} is no time in milliseconds; leave the unit away`,
      token.column + digits.length,
    );
  }
  return { kind: 'text', text: token.text };
}
