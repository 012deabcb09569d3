import { createHash } from 'node:crypto';

/** A record as clients hand it over, whatever their types. */
export interface SeenRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** One hash over the records' keys and values in any order of arrival. */
export function contentHash(records: Iterable<SeenRecord>): string {
  const lines = [...records].map((record) => `${toHex(record.key)}:${toHex(record.value)}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** `count` records with keys that spread over partitions, null keys, empty values and compressible ones. */
export function sampleRecords(prefix: string, count: number): { key: Buffer | null; value: Buffer }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: index % 7 === 0 ? null : Buffer.from(`${prefix}-key-${index % 50}`),
    value: Buffer.from(index % 11 === 0 ? '' : `${prefix} value ${index} ${'abc'.repeat(index % 40)}`),
  }));
}

function toHex(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : Buffer.from(bytes).toString('hex');
}
