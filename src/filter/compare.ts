import { fieldOf, lastName, typeOf } from './field-ref.ts';
import { errorWords } from './fields/enum-words.ts';
import { comparisonOf } from './operators/index.ts';
import type { Comparison, Scalar, TextTest } from './operators/types.ts';
import { LinearRegex } from './regex/linear-regex.ts';
import { PatternError } from './regex/parse-regex.ts';
import { type Binding, type Predicate, pathPresent, type Scope, type Source, sourceOf } from './scope.ts';
import { parseTime } from './time-literal.ts';
import type { FieldRef, Item, Value } from './types.ts';
import { durationUnits, sizeUnits } from './units.ts';

/** Tests one value of a field. */
type Test = (value: Scalar, exchange: Parameters<Predicate>[0], scope: Scope) => boolean;

/** Compiles `field op value`. */
export function comparePredicate(
  field: FieldRef,
  operator: Comparison,
  value: Value,
  bindings: readonly Binding[],
): Predicate {
  return holdsFor(sourceOf(field, bindings), testOf(field, operator, value, bindings), operator.negates);
}

/** Compiles `field in {…}`. */
export function memberPredicate(
  field: FieldRef,
  items: readonly Item[],
  negated: boolean,
  bindings: readonly Binding[],
): Predicate {
  const tests = items.map((item) => itemTest(field, item, bindings));
  const test: Test = (value, exchange, scope) => {
    for (const each of tests) if (each(value, exchange, scope)) return true;
    return false;
  };
  return holdsFor(sourceOf(field, bindings), test, negated);
}

/** Compiles a bare field: it is there, and neither false, nor empty, nor a quantity of 0. */
export function presentPredicate(field: FieldRef, bindings: readonly Binding[]): Predicate {
  if (field.kind === 'path') return pathPresent(field.path, bindings);
  const type = typeOf(field);
  const zeroIsNothing = type === 'count' || type === 'duration' || type === 'size';
  return holdsFor(
    sourceOf(field, bindings),
    (value) => {
      if (typeof value === 'number' || typeof value === 'bigint') return !zeroIsNothing || value > 0;
      return value !== false && value !== '';
    },
    false,
  );
}

/** A missing value holds nothing, negated or not; of many values any must hold, or none. */
function holdsFor(source: Source, test: Test, negates: boolean): Predicate {
  if (source.kind === 'one') {
    return (exchange, scope) => {
      const value = source.get(exchange, scope);
      return value !== null && test(value, exchange, scope) !== negates;
    };
  }
  return (exchange, scope) => {
    const values = source.values(exchange, scope);
    for (const value of values) if (test(value, exchange, scope)) return !negates;
    return negates && values.length > 0;
  };
}

function testOf(field: FieldRef, operator: Comparison, value: Value, bindings: readonly Binding[]): Test {
  if (value.kind === 'field') return fieldTest(operator, sourceOf(value.field, bindings));
  if (value.kind === 'time') return timeTest(operator, value.text);
  const pattern = value.kind === 'pattern' ? compiledPattern(value.source, value.ignoreCase) : null;
  const right = constantOf(field, value);
  const words = fieldOf(field)?.words ?? null;
  if (operator.needs === 'text' && words !== null) {
    return (left) => operator.holds(words.nameOf(left), right, pattern);
  }
  if (operator.needs === 'order') return (left) => isNumber(left) && operator.holds(left, right, null);
  return (left) => operator.holds(left, right, pattern);
}

function isNumber(value: Scalar): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function compiledPattern(source: string, ignoreCase: boolean): TextTest {
  const regex = LinearRegex.compile(source, ignoreCase);
  // The parser has compiled it once already, so this is our own mistake and must be seen.
  if (regex instanceof PatternError) throw regex;
  return regex;
}

function fieldTest(operator: Comparison, other: Source): Test {
  const holds = (left: Scalar, right: Scalar): boolean => {
    return (operator.needs !== 'order' || (isNumber(left) && isNumber(right))) && operator.holds(left, right, null);
  };
  if (other.kind === 'one') {
    return (left, exchange, scope) => {
      const right = other.get(exchange, scope);
      return right !== null && holds(left, right);
    };
  }
  return (left, exchange, scope) => {
    for (const right of other.values(exchange, scope)) if (holds(left, right)) return true;
    return false;
  };
}

/** `14:02` is a minute long: equal means within it, greater means after it. */
function timeTest(operator: Comparison, text: string): Test {
  const literal = parseTime(text);
  if (literal === null) return () => false;
  const { code } = operator;
  return (value, _exchange, scope) => {
    const { startUs, endUs } = literal(scope.context.nowUs);
    const atUs = Number(value);
    if (code === '<') return atUs < startUs;
    if (code === '<=') return atUs < endUs;
    if (code === '>') return atUs >= endUs;
    if (code === '>=') return atUs >= startUs;
    return atUs >= startUs && atUs < endUs;
  };
}

function itemTest(field: FieldRef, item: Item, bindings: readonly Binding[]): Test {
  if (item.to === null) return testOf(field, comparisonOf('=='), item.from, bindings);
  const from = testOf(field, comparisonOf('>='), item.from, bindings);
  const to = testOf(field, comparisonOf('<='), item.to, bindings);
  return (value, exchange, scope) => from(value, exchange, scope) && to(value, exchange, scope);
}

/** A literal as the values of its field are: microseconds, bytes, milliseconds where the schema counts those. */
function constantOf(field: FieldRef, value: Value): Scalar {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'boolean':
      return value.value;
    case 'number':
      return numberOf(value.digits);
    case 'word':
      return (fieldOf(field)?.words ?? errorWords).valueOf(value.word) ?? value.word;
    case 'quantity': {
      const us = durationUnits[value.unit];
      if (us === undefined) return Number(value.digits) * (sizeUnits[value.unit] ?? 1);
      const scale = field.kind === 'path' && lastName(field).endsWith('Ms') ? 1000 : 1;
      return (Number(value.digits) * us) / scale;
    }
    default:
      return '';
  }
}

/** Digits as a number, or as a bigint where a double would not be exact. */
function numberOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) || digits.includes('.') ? number : BigInt(digits);
}
