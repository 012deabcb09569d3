/** Words summed before the carries are folded in: keeps the sum a small integer. */
const foldEveryWords = 8_192;

/** Whether this machine stores the low byte first; the sum of swapped words is the swapped sum (RFC 1071 §2B). */
const lowByteFirst = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The Internet checksum (RFC 1071) of `words[start, end)` plus `sum`, a partial sum of 16-bit words in network order.
 * An odd rest must be padded with zeros in memory: the caller's buffers are.
 */
export function internetChecksum(words: Uint32Array, start: number, end: number, sum = 0): number {
  let total = lowByteFirst ? swapped(folded(sum)) : folded(sum);
  for (let at = start; at < end; ) {
    const stop = Math.min(end, at + foldEveryWords);
    for (; at < stop; at += 1) {
      const word = words[at] as number;
      total += (word & 0xffff) + (word >>> 16);
    }
    total = folded(total);
  }
  return ~(lowByteFirst ? swapped(total) : total) & 0xffff;
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8);
}
