import type { Exchange } from '../exchange/exchange.ts';
import { fieldOf } from './field-ref.ts';
import type { ListSource } from './fields/field.ts';
import { FilterError } from './filter-error.ts';
import { printSchemaPath } from './schema-path.ts';
import { type Binding, pathStart, type Scope, visitFrom } from './scope.ts';
import type { Expression, FieldRef, SchemaPath, Value } from './types.ts';

/** What a quantifier runs over, and how its elements are got. */
export interface Quantified {
  readonly binding: Binding;
  elements(exchange: Exchange, scope: Scope): readonly unknown[];
}

/**
 * Finds the one list that a quantified expression is about: the list of its field (`topic`, or `records` for `key` and
 * `value`), or the longest part ending in `[*]` that all its schema paths share. null when it names no list: then the
 * exchange itself is the only element.
 */
export function quantifiedList(operand: Expression, bindings: readonly Binding[], column: number): Quantified | null {
  const refs: FieldRef[] = [];
  collectRefs(operand, refs);
  const lists = new Set<ListSource>();
  const paths: SchemaPath[] = [];
  for (const ref of refs) {
    if (ref.kind === 'path') {
      if (ref.path.steps.indexOf('*', pathStart(ref.path, bindings).from) >= 0) paths.push(ref.path);
      continue;
    }
    const field = fieldOf(ref);
    if (field?.many !== true || bindings.some((each) => each.kind === 'list' && each.list === field.list)) continue;
    lists.add(field.list);
  }
  const [list, second] = [...lists];
  const first = paths[0];
  if (list !== undefined && second !== undefined) throw twoLists(list.name, second.name, column);
  if (list !== undefined && first !== undefined) throw twoLists(list.name, printSchemaPath(first), column);
  if (list !== undefined) {
    return { binding: { kind: 'list', list }, elements: (exchange, scope) => list.elements(exchange, scope.context) };
  }
  return first === undefined ? null : quantifiedPath(first, paths, bindings, column);
}

function quantifiedPath(
  first: SchemaPath,
  paths: readonly SchemaPath[],
  bindings: readonly Binding[],
  column: number,
): Quantified {
  let shared = first.steps.lastIndexOf('*') + 1;
  for (const path of paths) {
    let same = 0;
    while (same < shared && path.side === first.side && path.steps[same] === first.steps[same]) same++;
    while (same > 0 && first.steps[same - 1] !== '*') same--;
    shared = same;
    if (shared <= pathStart(first, bindings).from)
      throw twoLists(printSchemaPath(first), printSchemaPath(path), column);
  }
  const path: SchemaPath = { side: first.side, steps: first.steps.slice(0, shared) };
  const start = pathStart(path, bindings);
  return {
    binding: { kind: 'path', path },
    elements(exchange, scope) {
      const elements: unknown[] = [];
      visitFrom(start, path.side, path.steps, exchange, scope, (value) => elements.push(value));
      return elements;
    },
  };
}

function twoLists(left: string, right: string, column: number): FilterError {
  return new FilterError(
    `a quantifier runs over one list, but ${left} and ${right} are two; use two quantifiers`,
    column,
  );
}

/** References outside of inner quantifiers, which bring their own list. */
function collectRefs(expression: Expression, refs: FieldRef[]): void {
  switch (expression.kind) {
    case 'or':
    case 'and':
      for (const operand of expression.operands) collectRefs(operand, refs);
      return;
    case 'not':
      collectRefs(expression.operand, refs);
      return;
    case 'present':
      refs.push(expression.field);
      return;
    case 'comparison':
      refs.push(expression.field);
      collectValueRef(expression.value, refs);
      return;
    case 'membership':
      refs.push(expression.field);
      for (const item of expression.items) {
        collectValueRef(item.from, refs);
        if (item.to !== null) collectValueRef(item.to, refs);
      }
      return;
    default:
  }
}

function collectValueRef(value: Value, refs: FieldRef[]): void {
  if (value.kind === 'field') refs.push(value.field);
}
