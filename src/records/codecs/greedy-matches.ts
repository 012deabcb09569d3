/** Shortest repetition worth a reference in LZ4 and snappy. */
const matchBytesMin = 4;

const hashBits = 13;

/**
 * Repetitions in `bytes[start, end)` as LZ77 sequences, flat: literal start, literal length, offset back, match
 * length. The last sequence is literals only (offset and match length 0). References stay inside the range, and the
 * last `tailBytes` are always literals, as LZ4 wants it. Greedy with one candidate per hash: simple, not the best
 * ratio; Kafka's own traffic is never recompressed with it.
 */
export function greedyMatches(bytes: Uint8Array, start: number, end: number, tailBytes: number): number[] {
  const sequences: number[] = [];
  const lastSeen = new Int32Array(1 << hashBits).fill(-1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const matchEnd = end - tailBytes;
  let literalStart = start;
  let at = start;
  // 12: LZ4 forbids a match that starts within the last 12 bytes of a block.
  while (at + 12 <= end) {
    const word = view.getInt32(at, true);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits);
    const candidate = lastSeen[slot] as number;
    lastSeen[slot] = at;
    if (candidate < 0 || at - candidate > 0xffff || view.getInt32(candidate, true) !== word) {
      at += 1;
      continue;
    }
    let length = matchBytesMin;
    while (at + length < matchEnd && bytes[candidate + length] === bytes[at + length]) length += 1;
    sequences.push(literalStart, at - literalStart, at - candidate, length);
    at += length;
    literalStart = at;
  }
  sequences.push(literalStart, end - literalStart, 0, 0);
  return sequences;
}
