import { decodeRecordBatches } from '../../records/decode-records.ts';
import type { KafkaRecord } from '../../records/record-batch.ts';
import { RecordBudget, recordLimits } from '../../records/record-limits.ts';
import { visitFields } from './body-values.ts';
import { each, type Field, listOf } from './field.ts';

/** Bytes of a key, value or header value that are looked at. */
export const recordTextBytesMax = 65_536;

/** Records of one exchange that are looked at. */
export const recordsPerExchangeMax = 100_000;

/** Most bytes that the compressed batches of one exchange may expand to for a filter, over all partitions. */
const filterUncompressedBytesMax = 64 * 1024 * 1024;

const isRecords = (name: string): boolean => name === 'records';

function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, recordTextBytesMax)).toString('utf8');
}

const records = listOf<KafkaRecord>('records', (exchange, context) => {
  const found: KafkaRecord[] = [];
  const budget = new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: filterUncompressedBytesMax });
  for (const side of ['request', 'response'] as const) {
    const body = context.decodedBody(exchange, side);
    if (body === null) continue;
    visitFields(body, isRecords, (value) => {
      if (!(value instanceof Uint8Array) || found.length >= recordsPerExchangeMax) return;
      for (const batch of decodeRecordBatches(value, budget).batches) {
        for (const record of batch.records ?? []) if (found.length < recordsPerExchangeMax) found.push(record);
      }
    });
  }
  return found;
});

const costly = { needsBody: true } as const;

/** What the records themselves say; batches are decompressed for these. Inside any(…) they mean the same record. */
export const recordFields: readonly Field[] = [
  each(
    'key',
    'text',
    'record keys as UTF-8, of the first 100,000 records',
    records,
    (record) => textOf(record.key),
    costly,
  ),
  each(
    'value',
    'text',
    'record values as UTF-8, their first 64 KiB',
    records,
    (record) => textOf(record.value),
    costly,
  ),
  each('header', 'text', 'names of record headers', records, (record) => record.headers.map(([name]) => name), costly),
  each(
    'header.value',
    'text',
    'values of record headers as UTF-8',
    records,
    (record) => {
      return record.headers.map(([, value]) => textOf(value) ?? '');
    },
    costly,
  ),
  each('offset', 'identifier', 'record offsets', records, (record) => record.offset, costly),
];
