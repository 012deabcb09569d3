/** Bytes that a view may keep alive beside its own. */
const slackBytesMax = 1024;

/**
 * The bytes in a buffer of their own size. Node's zlib hands out views of 16 KiB chunks: kept as they are, fifty
 * thousand batches of ten bytes would hold 800 MB.
 */
export function exactBytes(view: Uint8Array): Uint8Array {
  return view.buffer.byteLength - view.byteLength <= slackBytesMax ? view : new Uint8Array(view);
}
