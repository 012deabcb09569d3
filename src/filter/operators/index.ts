import type { ComparisonCode } from '../types.ts';
import { all } from './all.ts';
import { and } from './and.ts';
import { any } from './any.ts';
import { contains } from './contains.ts';
import { count } from './count.ts';
import { endsWith } from './ends-with.ts';
import { equal } from './equal.ts';
import { greater } from './greater.ts';
import { greaterOrEqual } from './greater-or-equal.ts';
import { memberOf } from './in.ts';
import { less } from './less.ts';
import { lessOrEqual } from './less-or-equal.ts';
import { matches } from './matches.ts';
import { none } from './none.ts';
import { not } from './not.ts';
import { notEqual } from './not-equal.ts';
import { notIn } from './not-in.ts';
import { notMatches } from './not-matches.ts';
import { or } from './or.ts';
import { startsWith } from './starts-with.ts';
import type { Comparison, Operator } from './types.ts';

const byCode: Readonly<Record<ComparisonCode, Comparison>> = {
  '==': equal,
  '!=': notEqual,
  '<': less,
  '<=': lessOrEqual,
  '>': greater,
  '>=': greaterOrEqual,
  '~': matches,
  '!~': notMatches,
  contains,
  startswith: startsWith,
  endswith: endsWith,
};

/** Operators that compare a field with a value, in the order of help. */
export const comparisons: readonly Comparison[] = Object.values(byCode);

/** Quantifiers: words before a parenthesis. */
export const quantifiers: readonly Operator[] = [any, all, none, count];

/** Every operator: help, completion and docs are made from this list. To add one: its file and a line here. */
export const operators: readonly Operator[] = [and, or, not, ...comparisons, memberOf, notIn, ...quantifiers];

/** The comparison of a sign or word, words in any case; null when there is none. */
export function comparisonNamed(code: string): Comparison | null {
  return comparisons.find((operator) => operator.code === code.toLowerCase()) ?? null;
}

/** The comparison that a code stands for. */
export function comparisonOf(code: ComparisonCode): Comparison {
  return byCode[code];
}
