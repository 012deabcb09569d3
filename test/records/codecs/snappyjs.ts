import { createRequire } from 'node:module';

/** An independent snappy, to compare ours with; it has no types. */
export const snappyjs = createRequire(import.meta.url)('snappyjs') as {
  compress(bytes: Uint8Array): Uint8Array;
  uncompress(bytes: Uint8Array): Uint8Array;
};
