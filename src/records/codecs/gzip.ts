import { gunzipSync, gzipSync } from 'node:zlib';
import { chunkBytesFor } from './chunk-size.ts';
import { exactBytes } from './exact-bytes.ts';
import { zlibFailure } from './zlib-failure.ts';

/** Uncompresses gzip, all members to the end of the input; throws RecordsFailure. */
export function uncompressGzip(bytes: Uint8Array, outputBytesMax: number): Uint8Array {
  try {
    const chunkSize = chunkBytesFor(announcedBytes(bytes));
    return exactBytes(gunzipSync(bytes, { maxOutputLength: Math.max(1, outputBytesMax), chunkSize }));
  } catch (error) {
    throw zlibFailure(error, 'gzip', outputBytesMax);
  }
}

/** What the last member says it expands to (RFC 1952 §2.3.1); 0 for what is too short to say it. */
function announcedBytes(bytes: Uint8Array): number {
  const at = bytes.length - 4;
  if (at < 0) return 0;
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at);
  return (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0;
}

/** Compresses to one gzip member. */
export function compressGzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes);
}
