/** What node:zlib takes unless told otherwise, and enough for most batches. */
const chunkBytesMin = 16 * 1024;
const chunkBytesMax = 1024 * 1024;
/** A chunk that is filled to its last byte makes zlib ask for another. */
const spareBytes = 512;

/**
 * Bytes that node:zlib shall allocate at a time for an output expected to be of `bytes`, an estimate that may be wrong
 * by any factor: with one chunk there is nothing to join and nothing to copy.
 */
export function chunkBytesFor(bytes: number): number {
  return Math.min(chunkBytesMax, Math.max(chunkBytesMin, bytes + spareBytes));
}
