/**
 * The same bytes as a plain Uint8Array. Sockets, files and node:zlib give Buffers, whose `slice` shares memory and
 * whose `subarray` costs twice as much: record keys and values shall be neither by accident.
 */
export function plainView(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
