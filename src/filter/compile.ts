import type { Exchange } from '../exchange/exchange.ts';
import { comparePredicate, memberPredicate, presentPredicate } from './compare.ts';
import { fieldOf } from './field-ref.ts';
import type { FilterContext } from './fields/field.ts';
import { FilterError } from './filter-error.ts';
import { comparisonOf } from './operators/index.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { quantifiedList } from './quantify.ts';
import type { Binding, Predicate, Scope } from './scope.ts';
import { textSearch } from './text-search.ts';
import type { Expression, FieldRef, Value } from './types.ts';

/**
 * The filter language: one for the list, `--filter`, `--fail-on`, rules and colours. In: a text. Out: a predicate over
 * exchanges and the canonical text, or a sentence and a column. The room decodes nothing and knows no clock: bodies and
 * time come through FilterContext. No input makes it slow: texts, nesting, lists and patterns are bounded, and patterns
 * run in linear time.
 */

export type { FilterContext } from './fields/field.ts';

/** A filter that can be asked about exchanges. */
export interface CompiledFilter {
  readonly ok: true;
  /** It looks into decoded bodies, so that each exchange costs a decode instead of a microsecond. */
  readonly needsBody: boolean;
  /** The filter as we would have written it; compiles to the same. */
  readonly canonicalText: string;
  matches(exchange: Exchange, context: FilterContext): boolean;
}

/** Why a text is no filter: a sentence, and the column (from 1) to point at. */
export interface FilterRefusal {
  readonly ok: false;
  readonly message: string;
  readonly column: number;
}

/** Compiles a filter text; an empty one matches everything. Never throws on what a person may type. */
export function compileFilter(text: string): CompiledFilter | FilterRefusal {
  try {
    if (text.trim() === '') return { ok: true, needsBody: false, canonicalText: '', matches: () => true };
    return compiled(parseFilter(text));
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, message: error.message, column: error.column };
    throw error;
  }
}

function compiled(expression: Expression): CompiledFilter {
  const predicate = predicateOf(expression, []);
  const bound: unknown[] = [];
  return {
    ok: true,
    needsBody: looksIntoBodies(expression),
    canonicalText: printFilter(expression),
    matches(exchange, context) {
      const scope: Scope = { context, bound };
      return predicate(exchange, scope);
    },
  };
}

function predicateOf(expression: Expression, bindings: readonly Binding[]): Predicate {
  switch (expression.kind) {
    case 'or':
      return orPredicate(expression.operands.map((operand) => predicateOf(operand, bindings)));
    case 'and':
      return andPredicate(expression.operands.map((operand) => predicateOf(operand, bindings)));
    case 'not': {
      const operand = predicateOf(expression.operand, bindings);
      return (exchange, scope) => !operand(exchange, scope);
    }
    case 'present':
      return presentPredicate(expression.field, bindings);
    case 'comparison':
      return comparePredicate(expression.field, comparisonOf(expression.code), expression.value, bindings);
    case 'membership':
      return memberPredicate(expression.field, expression.items, expression.negated, bindings);
    case 'quantified':
      return quantifiedPredicate(expression, bindings);
    case 'count':
      return countPredicate(expression, bindings);
    case 'search':
      return textSearch(expression.text);
    case 'set':
      return (exchange, scope) => scope.context.isMarked(exchange.seq);
  }
}

function orPredicate(operands: readonly Predicate[]): Predicate {
  return (exchange, scope) => {
    for (const operand of operands) if (operand(exchange, scope)) return true;
    return false;
  };
}

function andPredicate(operands: readonly Predicate[]): Predicate {
  return (exchange, scope) => {
    for (const operand of operands) if (!operand(exchange, scope)) return false;
    return true;
  };
}

/** Runs `operand` for elements until it has `decided`; gives how many were tried and how many held. */
interface Tally {
  tried: number;
  held: number;
}

function tallyOf(
  expression: Expression & { kind: 'quantified' | 'count' },
  bindings: readonly Binding[],
): (exchange: Exchange, scope: Scope, stopAt: boolean | null) => Tally {
  const list = quantifiedList(expression.operand, bindings, expression.column);
  const depth = bindings.length;
  if (list === null) {
    const operand = predicateOf(expression.operand, bindings);
    return (exchange, scope) => ({ tried: 1, held: operand(exchange, scope) ? 1 : 0 });
  }
  const operand = predicateOf(expression.operand, [...bindings, list.binding]);
  return (exchange, scope, stopAt) => {
    const tally = { tried: 0, held: 0 };
    for (const element of list.elements(exchange, scope)) {
      scope.bound[depth] = element;
      const held = operand(exchange, scope);
      tally.tried++;
      if (held) tally.held++;
      if (held === stopAt) break;
    }
    scope.bound[depth] = undefined;
    return tally;
  };
}

function quantifiedPredicate(expression: Expression & { kind: 'quantified' }, bindings: readonly Binding[]): Predicate {
  const tally = tallyOf(expression, bindings);
  switch (expression.quantifier) {
    case 'any':
      return (exchange, scope) => tally(exchange, scope, true).held > 0;
    case 'none':
      return (exchange, scope) => tally(exchange, scope, true).held === 0;
    case 'all':
      return (exchange, scope) => {
        const { tried, held } = tally(exchange, scope, false);
        return tried > 0 && held === tried;
      };
  }
}

function countPredicate(expression: Expression & { kind: 'count' }, bindings: readonly Binding[]): Predicate {
  const tally = tallyOf(expression, bindings);
  const operator = comparisonOf(expression.code);
  const { count } = expression;
  return (exchange, scope) => operator.holds(tally(exchange, scope, null).held, count, null) !== operator.negates;
}

function looksIntoBodies(expression: Expression): boolean {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return expression.operands.some(looksIntoBodies);
    case 'not':
    case 'quantified':
    case 'count':
      return looksIntoBodies(expression.operand);
    case 'present':
      return needsBody(expression.field);
    case 'comparison':
      return needsBody(expression.field) || valueNeedsBody(expression.value);
    case 'membership':
      return (
        needsBody(expression.field) ||
        expression.items.some((item) => valueNeedsBody(item.from) || (item.to !== null && valueNeedsBody(item.to)))
      );
    default:
      return false;
  }
}

function needsBody(ref: FieldRef): boolean {
  return fieldOf(ref)?.needsBody ?? true;
}

function valueNeedsBody(value: Value): boolean {
  return value.kind === 'field' && needsBody(value.field);
}
