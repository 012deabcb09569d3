import type { FieldData, Struct } from './message.ts';

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

function equalArrays(left: readonly FieldData[], right: readonly FieldData[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (!equalFields(left[at], right[at])) return false;
  return true;
}

/** Whether two values of one field are the same; a tagged field that equals its default is not written (KIP-482). */
export function equalFields(left: FieldData | undefined, right: FieldData | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left instanceof Uint8Array || right instanceof Uint8Array) {
    return left instanceof Uint8Array && right instanceof Uint8Array && equalBytes(left, right);
  }
  if (isArray(left) || isArray(right)) return isArray(left) && isArray(right) && equalArrays(left, right);
  for (const name in left) if (!equalFields(left[name], right[name])) return false;
  for (const name in right) if (right[name] !== undefined && left[name] === undefined) return false;
  return true;
}

/** `Array.isArray` that keeps a readonly array's type. */
export function isArray(value: FieldData | undefined): value is readonly FieldData[] {
  return Array.isArray(value);
}

/** Whether a value is a struct: an object that is neither bytes nor an array. */
export function isStruct(value: FieldData | undefined): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
