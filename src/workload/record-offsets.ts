/** The offset behind the last whole batch or message of a fetched `records` field; `from` when there is none. */
export function offsetAfter(records: Uint8Array, from: bigint): bigint {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let next = from;
  let at = 0;
  while (records.length - at >= 17) {
    const sizeBytes = view.getInt32(at + 8) + 12;
    if (sizeBytes < 14 || at + sizeBytes > records.length) break;
    const isBatch = view.getInt8(at + 16) === 2;
    const lastOffset = view.getBigInt64(at) + (isBatch && sizeBytes >= 61 ? BigInt(view.getInt32(at + 23)) : 0n);
    if (lastOffset >= next) next = lastOffset + 1n;
    at += sizeBytes;
  }
  return next;
}
