import type { Reader } from '../wire/reader.ts';
import { FieldKind } from './field-kind.ts';
import { type FieldPlan, type StructPlan, stringBytesMax, taggedFieldBytesMin } from './plan.ts';

/** A value of a kind that always takes the same bytes; look at `reader.failed` before using it. */
export function readFixed(reader: Reader, kind: FieldKind): boolean | number | bigint | string {
  switch (kind) {
    case FieldKind.Bool:
      return reader.int8() !== 0;
    case FieldKind.Int8:
      return reader.int8();
    case FieldKind.Int16:
      return reader.int16();
    case FieldKind.Uint16:
      return reader.uint16();
    case FieldKind.Int32:
      return reader.int32();
    case FieldKind.Uint32:
      return reader.uint32();
    case FieldKind.Int64:
      return reader.int64();
    case FieldKind.Float64:
      return reader.float64();
    default:
      return reader.uuid();
  }
}

/**
 * The length of a string, bytes or records as either form writes it: -1 for null, which only nullable fields may be,
 * and after a failure.
 */
export function readLength(reader: Reader, field: FieldPlan): number {
  const start = reader.position;
  const isText = field.kind === FieldKind.String;
  const length = field.compact ? reader.uvarint() - 1 : isText ? reader.int16() : reader.int32();
  if (reader.failed) return -1;
  if (isText && length > stringBytesMax) {
    reader.fail('malformed', start, `a string of ${length} bytes; Kafka reads at most ${stringBytesMax}`);
    return -1;
  }
  if (length >= 0) return length;
  if (!field.nullable) reader.fail('malformed', start, 'null, where the schema allows no null');
  return -1;
}

/**
 * The count of an array, checked against the bytes left before anything is made: a count is four bytes that could ask
 * for gigabytes. -1 for null and after a failure.
 */
export function readCount(reader: Reader, field: FieldPlan, element: FieldPlan): number {
  const start = reader.position;
  const count = readLength(reader, field);
  if (count * Math.max(1, element.bytesMin) <= reader.remaining) return count;
  reader.fail('truncated', start, `${count} elements cannot fit the ${reader.remaining} bytes that are left`);
  return -1;
}

/** The count of a tag section, checked against the bytes left; 0 after a failure. */
export function readTagCount(reader: Reader): number {
  const start = reader.position;
  const count = reader.uvarint();
  if (reader.failed) return 0;
  if (count * taggedFieldBytesMin <= reader.remaining) return count;
  reader.fail('truncated', start, `${count} tagged fields cannot fit the ${reader.remaining} bytes that are left`);
  return 0;
}

/** A tagged field up to its value: its tag, the bytes its value must take, and its plan when the schema knows it. */
export interface TagHead {
  readonly start: number;
  readonly tag: number;
  readonly size: number;
  readonly valueStart: number;
  readonly field: FieldPlan | null;
}

/** Reads tag and size of a tagged field, whose bytes are then there; null after a failure. */
export function readTagHead(reader: Reader, plan: StructPlan): TagHead | null {
  const start = reader.position;
  const tag = reader.uvarint();
  const size = reader.uvarint();
  if (reader.failed) return null;
  if (size > reader.remaining) {
    reader.fail('truncated', start, `tag ${tag} announces ${size} bytes, ${reader.remaining} are left`);
    return null;
  }
  const field = plan.tagged.find((candidate) => candidate.tag === tag) ?? null;
  return { start, tag, size, valueStart: reader.position, field };
}

/** Fails the reader where the value of a tagged field took other bytes than announced. */
export function checkTagSize(reader: Reader, head: TagHead): void {
  const taken = reader.position - head.valueStart;
  if (reader.failed || taken === head.size) return;
  reader.fail('malformed', head.start, `tag ${head.tag} announces ${head.size} bytes, its value takes ${taken}`);
}
