import type { FieldData, Struct } from './message.ts';

/**
 * Typed reading of a decoded body by name. A field that is absent (not in this version, or a tagged field at its
 * default) or of another type reads as the fallback, so callers need no branch per version.
 */
const noStructs: readonly Struct[] = [];
const noInts: readonly number[] = [];
const noTexts: readonly string[] = [];

/** An int8, int16, int32 or uint16 field, or `fallback` when absent. */
export function intField(struct: Struct, name: string, fallback: number): number {
  const value = struct[name];
  return typeof value === 'number' ? value : fallback;
}

/** An int64 field, or `fallback` when absent. */
export function longField(struct: Struct, name: string, fallback: bigint): bigint {
  const value = struct[name];
  return typeof value === 'bigint' ? value : fallback;
}

/** A boolean field, or `fallback` when absent. */
export function booleanField(struct: Struct, name: string, fallback: boolean): boolean {
  const value = struct[name];
  return typeof value === 'boolean' ? value : fallback;
}

/** A string or uuid field; null and absent both read as the empty string. */
export function textField(struct: Struct, name: string): string {
  const value = struct[name];
  return typeof value === 'string' ? value : '';
}

/** A nullable string or uuid field; absent reads as null. */
export function nullableTextField(struct: Struct, name: string): string | null {
  const value = struct[name];
  return typeof value === 'string' ? value : null;
}

/** A bytes or records field as a view into the frame; null and absent both read as null. */
export function bytesField(struct: Struct, name: string): Uint8Array | null {
  const value = struct[name];
  return value instanceof Uint8Array ? value : null;
}

/** A nested struct; null and absent both read as null. */
export function structField(struct: Struct, name: string): Struct | null {
  const value = struct[name];
  return isStruct(value) ? value : null;
}

/** An array of structs; null and absent both read as empty. */
export function structsField(struct: Struct, name: string): readonly Struct[] {
  const value = struct[name];
  return Array.isArray(value) ? value.filter(isStruct) : noStructs;
}

/** An array of int32; null and absent both read as empty. */
export function intsField(struct: Struct, name: string): readonly number[] {
  const value = struct[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : noInts;
}

/** An array of strings; null and absent both read as empty. */
export function textsField(struct: Struct, name: string): readonly string[] {
  const value = struct[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : noTexts;
}

/** Whether an array field is there and not null: Kafka often lets null mean "all". */
export function hasArray(struct: Struct, name: string): boolean {
  return Array.isArray(struct[name]);
}

function isStruct(value: FieldData | undefined): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
