import type { FieldValue } from '../protocol/field-span.ts';
import { pluralBytes } from '../records/record-contents.ts';
import { readUnsigned } from '../records/record-varint.ts';
import type { SpanWriter } from '../records/span-writer.ts';

/** How a field's value is written. Packed lists of fixed64 and double are one field of many values. */
export type ProtobufType =
  | 'bool'
  | 'int64'
  | 'uint32'
  | 'fixed64'
  | 'sfixed64'
  | 'double'
  | 'string'
  | 'bytes'
  | 'message'
  | 'packed-fixed64'
  | 'packed-double';

/** A field by its number. */
export interface ProtobufField {
  readonly name: string;
  readonly type: ProtobufType;
  /** For `message`; a function, because messages contain each other. */
  readonly message?: () => ProtobufMessage;
  readonly note?: (value: bigint) => string | null;
}

/** A message: its fields by number. */
export interface ProtobufMessage {
  readonly name: string;
  readonly fields: ReadonlyMap<number, ProtobufField>;
  /** What to say of a whole message, from its children's values. */
  readonly summary?: string;
}

/** Messages inside messages are followed this deep; what is deeper is shown as bytes. */
const depthMax = 24;
const textCharactersMax = 4096;
const packedValuesMax = 64;

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const wireNames: readonly string[] = ['varint', 'fixed64', 'bytes', 'group', 'group end', 'fixed32'];

/**
 * Makes the spans of a protobuf message that fills the writer's reader. Fields nobody described are shown by number;
 * a tag or length that no writer produces fails the reader.
 */
export function writeProtobuf(writer: SpanWriter, message: ProtobufMessage, depth = 0): string | null {
  const { reader } = writer;
  const seen = new Map<number, number>();
  let summary: string | null = null;
  while (reader.remaining > 0 && !reader.failed) {
    const start = reader.position;
    const tag = readUnsigned(reader, 5);
    const number = Number(tag >> 3n);
    const kind = Number(tag & 7n);
    if (!reader.failed && number === 0) reader.fail('malformed', start, 'field number 0');
    if (reader.failed) return summary;
    const field = message.fields.get(number);
    const index = seen.get(number) ?? 0;
    seen.set(number, index + 1);
    const repeated = field?.type === 'message' && index > 0;
    const base = field?.name ?? `field ${number}`;
    const text = writeField(writer, field, repeated ? `${base}[${index}]` : base, kind, start, depth);
    if (base === message.summary && text !== null) summary = text;
  }
  return summary;
}

/** Reads one field behind its tag; gives its text where it is one. */
function writeField(
  writer: SpanWriter,
  field: ProtobufField | undefined,
  name: string,
  kind: number,
  start: number,
  depth: number,
): string | null {
  const { reader } = writer;
  switch (kind) {
    case wire.varint: {
      const raw = readUnsigned(reader);
      if (!reader.failed) writer.leaf(name, 'VARINT', varintValue(field, raw), field?.note?.(raw) ?? null, start);
      return null;
    }
    case wire.fixed64:
      writeFixed64(writer, field, name, start);
      return null;
    case wire.fixed32: {
      const value = reader.take(4) < 0 ? 0 : littleEndian(reader.bytes, reader.position - 4, 4);
      if (!reader.failed) writer.leaf(name, 'FIXED32', Number(value), null, start);
      return null;
    }
    case wire.bytes:
      return writeSized(writer, field, name, start, depth);
    default:
      reader.fail('malformed', start, `wire type ${wireNames[kind] ?? kind} is not used here`);
      return null;
  }
}

function varintValue(field: ProtobufField | undefined, raw: bigint): FieldValue {
  if (field?.type === 'bool') return raw !== 0n;
  if (field?.type === 'int64') return BigInt.asIntN(64, raw);
  return raw;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): bigint {
  let value = 0n;
  for (let byte = count - 1; byte >= 0; byte -= 1) value = (value << 8n) | BigInt(bytes[at + byte] ?? 0);
  return value;
}

function doubleAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(at, true);
}

function writeFixed64(writer: SpanWriter, field: ProtobufField | undefined, name: string, start: number): void {
  const { reader } = writer;
  const at = reader.take(8);
  if (at < 0) return;
  const raw = littleEndian(reader.bytes, at, 8);
  if (field?.type === 'double') writer.leaf(name, 'DOUBLE', doubleAt(reader.bytes, at), null, start);
  else {
    const value = field?.type === 'sfixed64' ? BigInt.asIntN(64, raw) : raw;
    writer.leaf(name, 'FIXED64', value, field?.note?.(raw) ?? null, start);
  }
}

function writeSized(
  writer: SpanWriter,
  field: ProtobufField | undefined,
  name: string,
  start: number,
  depth: number,
): string | null {
  const { reader } = writer;
  const length = Number(readUnsigned(reader, 5));
  const at = reader.take(length);
  if (at < 0) return null;
  if (field?.type === 'message' && field.message !== undefined && depth < depthMax) {
    const message = field.message();
    let summary: string | null = null;
    writer.open(name, message.name, start);
    const inner = writer.within(at, at + length, () => {
      summary = writeProtobuf(writer, message, depth + 1);
    });
    writer.close(summary);
    if (inner.failed)
      reader.fail(inner.failure === 'truncated' ? 'truncated' : 'malformed', inner.failureOffset, inner.failureDetail);
    return null;
  }
  if (field?.type === 'string') {
    const text = Buffer.from(
      reader.bytes.buffer,
      reader.bytes.byteOffset + at,
      Math.min(length, textCharactersMax),
    ).toString();
    writer.leaf(name, 'STRING', length > textCharactersMax ? `${text}…` : text, null, start);
    return text;
  }
  const packed = packedValues(field, reader.bytes, at, length);
  writer.leaf(
    name,
    packed === null ? 'BYTES' : 'PACKED',
    packed ?? undefined,
    packed === null ? pluralBytes(length) : null,
    start,
  );
  return null;
}

function packedValues(field: ProtobufField | undefined, bytes: Uint8Array, at: number, length: number): string | null {
  if (field?.type !== 'packed-double' && field?.type !== 'packed-fixed64') return null;
  const count = Math.floor(length / 8);
  const values: string[] = [];
  for (let index = 0; index < Math.min(count, packedValuesMax); index += 1) {
    const place = at + index * 8;
    values.push(String(field.type === 'packed-double' ? doubleAt(bytes, place) : littleEndian(bytes, place, 8)));
  }
  return values.join(' ') + (count > packedValuesMax ? ` … ${count - packedValuesMax} more` : '');
}
