import type { Codec } from '../record-batch.ts';
import { RecordsFailure } from '../record-limits.ts';

/** Turns what node:zlib throws about its input into our own failure; anything else is a fault of ours and goes on. */
export function zlibFailure(error: unknown, codec: Codec, outputBytesMax: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'ERR_BUFFER_TOO_LARGE') {
    return new RecordsFailure('limit', 0, `${codec}: more than ${outputBytesMax} bytes of output`);
  }
  if (error.code === 'Z_BUF_ERROR') return new RecordsFailure('truncated', 0, `${codec}: ${error.message}`);
  if (error.code.startsWith('Z_') || error.code.startsWith('ZSTD_')) {
    return new RecordsFailure('bad-compression', 0, `${codec}: ${error.message}`);
  }
  return error;
}
