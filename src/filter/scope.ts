import type { Exchange } from '../exchange/exchange.ts';
import type { FieldData } from '../protocol/message.ts';
import { fieldOf } from './field-ref.ts';
import type { FilterContext, ListSource, ManyField } from './fields/field.ts';
import type { Scalar } from './operators/types.ts';
import { visitPath } from './schema-path.ts';
import type { FieldRef, PathStep, SchemaPath } from './types.ts';

/** What a compiled filter works with while it looks at one exchange. One object a filter, used again and again. */
export interface Scope {
  context: FilterContext;
  /** The element each enclosing quantifier is at, outermost first. */
  readonly bound: unknown[];
}

/** A compiled expression. */
export type Predicate = (exchange: Exchange, scope: Scope) => boolean;

/** What an enclosing quantifier runs over; its place in the list is its place in `Scope.bound`. */
export type Binding =
  | { readonly kind: 'list'; readonly list: ListSource }
  | { readonly kind: 'path'; readonly path: SchemaPath };

/** How the values of a reference are got at: one that may be missing, or any number. */
export type Source =
  | { readonly kind: 'one'; get(exchange: Exchange, scope: Scope): Scalar | null }
  | { readonly kind: 'many'; values(exchange: Exchange, scope: Scope): readonly Scalar[] };

/** Bytes of a `bytes` field that are looked at as text. */
const bytesTextMax = 65_536;
const noValues: readonly Scalar[] = [];

/** Compiles a reference, inside the given quantifiers. */
export function sourceOf(ref: FieldRef, bindings: readonly Binding[]): Source {
  if (ref.kind === 'path') return pathSource(ref.path, bindings);
  const field = fieldOf(ref);
  if (field === null) return { kind: 'one', get: () => null };
  if (!field.many) return { kind: 'one', get: (exchange, scope) => field.get(exchange, scope.context) };
  const depth = bindings.findIndex((binding) => binding.kind === 'list' && binding.list === field.list);
  if (depth >= 0) return { kind: 'many', values: (_exchange, scope) => listed(field.pick(scope.bound[depth])) };
  return { kind: 'many', values: (exchange, scope) => allOf(field, exchange, scope) };
}

function listed(picked: Scalar | readonly Scalar[] | null): readonly Scalar[] {
  if (picked === null) return noValues;
  return isList(picked) ? picked : [picked];
}

function isList(picked: Scalar | readonly Scalar[]): picked is readonly Scalar[] {
  return Array.isArray(picked);
}

function allOf(field: ManyField, exchange: Exchange, scope: Scope): readonly Scalar[] {
  const elements = field.list.elements(exchange, scope.context);
  if (elements.length === 0) return noValues;
  const values: Scalar[] = [];
  for (const element of elements) {
    const picked = field.pick(element);
    if (picked === null) continue;
    if (isList(picked)) for (const value of picked) values.push(value);
    else values.push(picked);
  }
  return values;
}

/** Where a path begins: at a body, or at the element of the innermost quantifier that runs over a part of it. */
export interface PathStart {
  /** Index in `bound`, or -1 for the body. */
  readonly depth: number;
  /** Steps already taken. */
  readonly from: number;
}

/** Finds the innermost enclosing quantifier whose list the path goes through. */
export function pathStart(path: SchemaPath, bindings: readonly Binding[]): PathStart {
  for (let depth = bindings.length - 1; depth >= 0; depth--) {
    const binding = bindings[depth];
    if (binding?.kind === 'path' && isPrefix(binding.path, path)) return { depth, from: binding.path.steps.length };
  }
  return { depth: -1, from: 0 };
}

function isPrefix(prefix: SchemaPath, path: SchemaPath): boolean {
  return prefix.side === path.side && prefix.steps.every((step, index) => step === path.steps[index]);
}

/** Gives `found` every value at the end of a path (or of a part of it, `steps`). */
export function visitFrom(
  start: PathStart,
  side: SchemaPath['side'],
  steps: readonly PathStep[],
  exchange: Exchange,
  scope: Scope,
  found: (value: FieldData) => void,
): void {
  if (start.depth >= 0) visitPath(scope.bound[start.depth] as FieldData, steps, start.from, found);
  else {
    const body = scope.context.decodedBody(exchange, side === 'req' ? 'request' : 'response');
    if (body !== null) visitPath(body, steps, 0, found);
  }
}

function pathSource(path: SchemaPath, bindings: readonly Binding[]): Source {
  const start = pathStart(path, bindings);
  return {
    kind: 'many',
    values(exchange, scope) {
      const values: Scalar[] = [];
      visitFrom(start, path.side, path.steps, exchange, scope, (value) => {
        const scalar = scalarOf(value);
        if (scalar !== null) values.push(scalar);
      });
      return values;
    },
  };
}

/** Compiles a bare schema path: something is there that is not zero, false or empty. A struct is something. */
export function pathPresent(path: SchemaPath, bindings: readonly Binding[]): Predicate {
  const start = pathStart(path, bindings);
  return (exchange, scope) => {
    let present = false;
    visitFrom(start, path.side, path.steps, exchange, scope, (value) => {
      present ||= value instanceof Uint8Array ? value.length > 0 : Boolean(value);
    });
    return present;
  };
}

/** A leaf of a body as a filter compares it: bytes as UTF-8 text, structs not at all. */
function scalarOf(value: FieldData): Scalar | null {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, bytesTextMax)).toString('utf8');
  }
  return typeof value === 'object' ? null : value;
}
