import { gunzipSync, gzipSync } from 'node:zlib';
import { exactBytes } from './exact-bytes.ts';
import { zlibFailure } from './zlib-failure.ts';

/** Uncompresses gzip, all members to the end of the input; throws RecordsFailure. */
export function uncompressGzip(bytes: Uint8Array, outputBytesMax: number): Uint8Array {
  try {
    return exactBytes(gunzipSync(bytes, { maxOutputLength: Math.max(1, outputBytesMax) }));
  } catch (error) {
    throw zlibFailure(error, 'gzip', outputBytesMax);
  }
}

/** Compresses to one gzip member. */
export function compressGzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes);
}
