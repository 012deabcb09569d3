/** Gives a codec at least so many bytes to write to. What they hold before is nobody's business. */
export type OutputRoom = (bytes: number) => Uint8Array<ArrayBuffer>;

/** Memory of its own for every output: whoever asked may keep views of it. */
export const freshRoom: OutputRoom = (bytes) => new Uint8Array(bytes);

/** Largest output that is written to memory used before; a batch is rarely larger, and this much stays allocated. */
const reusedBytesMax = 1024 * 1024;
const reusedBytesMin = 64 * 1024;

let reused = new Uint8Array(0);

/**
 * The same memory again, for outputs that are read at once and not kept: an output holds until the next is written.
 * Fresh memory for every batch made the collector work as long as the codecs.
 */
export const reusedRoom: OutputRoom = (bytes) => {
  if (bytes <= reused.length) return reused;
  if (bytes > reusedBytesMax) return new Uint8Array(bytes);
  let length = Math.max(reusedBytesMin, reused.length);
  while (length < bytes) length *= 2;
  reused = new Uint8Array(length);
  return reused;
};
