import type { Exchange } from '../../exchange/exchange.ts';
import type { FieldData, Struct } from '../../protocol/message.ts';
import type { FilterContext } from './field.ts';

/** Most values one field collects from a body; a larger message matches by its first ones. */
export const bodyValuesMax = 100_000;

/** Tells a struct from the other things a field may hold. */
export function isStruct(value: FieldData | undefined): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Calls `found` with every value, at any depth, of the fields that `wanted` names; array elements one by one. */
export function visitFields(
  struct: Struct,
  wanted: (name: string) => boolean,
  found: (value: FieldData) => void,
): void {
  for (const name in struct) {
    const value = struct[name];
    if (value === undefined || value === null) continue;
    const hit = wanted(name);
    if (Array.isArray(value)) {
      for (const item of value) {
        if (isStruct(item)) visitFields(item, wanted, found);
        else if (hit) found(item);
      }
    } else if (isStruct(value)) visitFields(value, wanted, found);
    else if (hit) found(value);
  }
}

/** The distinct values of fields by name in request and response, in the order they stand. */
export function distinctValues<Value extends FieldData>(
  exchange: Exchange,
  context: FilterContext,
  wanted: (name: string) => boolean,
  isValue: (value: FieldData) => value is Value,
): readonly Value[] {
  const values = new Set<Value>();
  for (const side of ['request', 'response'] as const) {
    const body = context.decodedBody(exchange, side);
    if (body === null) continue;
    visitFields(body, wanted, (value) => {
      if (isValue(value) && values.size < bodyValuesMax) values.add(value);
    });
  }
  return [...values];
}
