import fc from 'fast-check';
import { RecordWriter } from '../../src/records/record-writer.ts';

/** The fields of one record of magic 2; what is left out is zero, null or empty. */
export interface RecordFields {
  readonly timestampDelta?: bigint;
  readonly offsetDelta?: number;
  readonly key?: Uint8Array | null;
  readonly value?: Uint8Array | null;
  readonly headers?: readonly (readonly [string, Uint8Array | null])[];
}

function nullable(writer: RecordWriter, bytes: Uint8Array | null): void {
  writer.varint(bytes?.length ?? -1);
  if (bytes !== null) writer.bytes(bytes);
}

/** One record as a batch holds it, its length in front. */
export function recordBytes(fields: RecordFields): Uint8Array {
  const body = new RecordWriter();
  body.int8(0);
  body.varlong(fields.timestampDelta ?? 0n);
  body.varint(fields.offsetDelta ?? 0);
  nullable(body, fields.key ?? null);
  nullable(body, fields.value ?? null);
  body.varint(fields.headers?.length ?? 0);
  for (const [name, value] of fields.headers ?? []) {
    nullable(body, Buffer.from(name));
    nullable(body, value);
  }
  const record = new RecordWriter();
  record.varint(body.length);
  record.bytes(body.written());
  return new Uint8Array(record.written());
}

const bytes = fc.option(fc.uint8Array({ maxLength: 200 }), { nil: null, freq: 4 });

/** Records as writers write them, with deltas of up to four bytes. */
export const arbitraryRecordBytes: fc.Arbitrary<Uint8Array> = fc
  .record({
    timestampDelta: fc.bigInt({ min: -(2n ** 27n), max: 2n ** 27n - 1n }),
    offsetDelta: fc.integer({ min: -(2 ** 27), max: 2 ** 27 - 1 }),
    key: bytes,
    value: bytes,
    headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), bytes), { maxLength: 4 }),
  })
  .map(recordBytes);
