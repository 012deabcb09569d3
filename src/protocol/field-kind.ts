/** What a field's bytes are, as small numbers: interpreters switch on them millions of times a second. */
export const FieldKind = {
  Bool: 0,
  Int8: 1,
  Int16: 2,
  Uint16: 3,
  Int32: 4,
  Uint32: 5,
  Int64: 6,
  Float64: 7,
  Uuid: 8,
  String: 9,
  Bytes: 10,
  Records: 11,
  Struct: 12,
  Array: 13,
} as const;

export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

const kinds: Readonly<Record<string, FieldKind>> = {
  bool: FieldKind.Bool,
  int8: FieldKind.Int8,
  int16: FieldKind.Int16,
  uint16: FieldKind.Uint16,
  int32: FieldKind.Int32,
  uint32: FieldKind.Uint32,
  int64: FieldKind.Int64,
  float64: FieldKind.Float64,
  uuid: FieldKind.Uuid,
  string: FieldKind.String,
  bytes: FieldKind.Bytes,
  records: FieldKind.Records,
};

/** Sizes of the kinds that always take the same bytes; 0 for the others. Indexed by kind. */
export const fixedBytes: readonly number[] = [1, 1, 2, 2, 4, 4, 8, 8, 16, 0, 0, 0, 0, 0];

/** Kafka's type word as a kind; a word that is no scalar names a struct. */
export function kindOf(type: string): FieldKind {
  return kinds[type] ?? FieldKind.Struct;
}
