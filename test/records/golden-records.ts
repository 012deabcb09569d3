import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A line of golden/records: bytes Kafka's Java classes wrote and what they read back. Big integers are `…n` strings. */
export interface GoldenRecords {
  readonly name: string;
  readonly lib: string;
  readonly magic: number;
  readonly compression: string;
  readonly hex: string;
  readonly batches: readonly GoldenBatch[];
  readonly trailingBytes: number;
}

export interface GoldenBatch {
  readonly [name: string]: unknown;
  readonly records: readonly unknown[] | null;
}

/** The sample in our tree: one line per case, magic and codec. */
export const sampleFile = new URL('../../fixtures/golden/records.sample.ndjson.gz', import.meta.url);

/** The whole corpus, where it lies beside the tree. */
export const wholeFile = new URL('../../../shared/golden/records.ndjson.gz', import.meta.url);

export const hasWholeFile = existsSync(wholeFile);

export function readGolden(file: URL): GoldenRecords[] {
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(quoteBigIntegers(line)) as GoldenRecords);
}

export function bytesOf(golden: GoldenRecords): Uint8Array {
  return new Uint8Array(Buffer.from(golden.hex, 'hex'));
}

/** JSON.parse would round integers of 16 digits and more: they become strings that end in n. */
function quoteBigIntegers(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}n"` : token,
  );
}

/** Makes our JSON comparable: bigints print as the golden files hold them. */
export function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, part: unknown) => {
      if (typeof part !== 'bigint') return part;
      return /^-?\d{16,}$/.test(String(part)) ? `${part}n` : Number(part);
    }),
  );
}

/** Of an undecodable payload the golden files know only that it fails. */
export function withoutErrorText(batches: readonly GoldenBatch[]): unknown[] {
  return batches.map((batch) => ('recordsError' in batch ? { ...batch, recordsError: 'fails' } : batch));
}
