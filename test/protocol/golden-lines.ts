import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseExactJson } from '../../src/protocol/json.ts';
import type { MessageType, UnknownTag } from '../../src/protocol/message.ts';

/** A line of the golden files: what Kafka's own classes wrote, and what they read back. */
export interface GoldenMessage {
  readonly api: string;
  readonly key: number;
  readonly type: MessageType;
  readonly version: number;
  readonly headerVersion: number;
  readonly flexible: boolean;
  readonly variant: string;
  readonly hex: string;
  readonly header: unknown;
  readonly body: unknown;
  readonly records?: readonly string[];
  readonly recordPaths?: readonly string[];
  readonly unknownTags?: readonly { in: 'header' | 'body'; path: string; tag: number; data: string }[];
}

const fixtures = new URL('../../fixtures/golden/', import.meta.url);
const shared = new URL('../../../shared/golden/', import.meta.url);

/** The releases the golden lines come from, and the reading each needs. */
export const releases = [
  { name: '4.4.0', lib: undefined },
  { name: '3.9.1', lib: '3.9.1' },
] as const;

/** True where the full corpus lies beside the checkout; tests of it skip themselves elsewhere. */
export const fullCorpusIsThere: boolean = existsSync(new URL('messages-4.4.0.ndjson.gz', shared));

function linesOf(file: URL): unknown[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => parseExactJson(line));
}

/** The committed sample of one release. */
export function sampleMessages(release: string): GoldenMessage[] {
  return linesOf(new URL(`messages-${release}.ndjson.gz`, fixtures)) as GoldenMessage[];
}

/** Every line of one release, of the corpus beside the checkout. */
export function corpusMessages(release: string): GoldenMessage[] {
  return linesOf(new URL(`messages-${release}.ndjson.gz`, shared)) as GoldenMessage[];
}

/** The lines of another golden file of the sample. */
export function sampleLines<Line>(name: string): Line[] {
  return linesOf(new URL(name, fixtures)) as Line[];
}

/** The frame of a line. */
export function bytesOf(golden: { readonly hex: string }): Uint8Array {
  return Buffer.from(golden.hex, 'hex');
}

/** Bytes as base64, as the lines have them. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Unknown tags in the form of the lines. */
export function tagsAsLines(tags: readonly UnknownTag[]): unknown[] {
  return tags.map((tag) => ({ ...tag, data: base64(tag.data) }));
}

/** int64 prints as a number whatever its size; equal numbers compare equal whichever type holds them. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}
