import { greedyMatches } from './greedy-matches.ts';

/** `uncompressLz4Block`: the bytes are no LZ4 block. */
export const blockMalformed = -1;
/** `uncompressLz4Block`: the output ends before the block does. */
export const blockTooLarge = -2;

/** From this length on one call of `set`/`copyWithin` is faster than a loop (measured in V8). */
const bulkCopyBytesMin = 48;

/**
 * Uncompresses the LZ4 block `input[at, end)` to `output[outputAt, outputEnd)`; references may reach back to
 * `windowStart` (earlier blocks of a linked frame). Returns the end of the output, or one of the two codes above.
 */
export function uncompressLz4Block(
  input: Uint8Array,
  at: number,
  end: number,
  output: Uint8Array,
  outputAt: number,
  outputEnd: number,
  windowStart: number,
): number {
  let from = at;
  let to = outputAt;
  while (from < end) {
    const token = input[from] as number;
    from += 1;
    let length = token >>> 4;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) return blockMalformed;
        more = input[from] as number;
        from += 1;
        length += more;
      }
    }
    if (length > 0) {
      if (length > end - from) return blockMalformed;
      if (length > outputEnd - to) return blockTooLarge;
      if (length >= bulkCopyBytesMin) {
        output.set(input.subarray(from, from + length), to);
      } else {
        for (let n = 0; n < length; n += 1) output[to + n] = input[from + n] as number;
      }
      from += length;
      to += length;
    }
    // A block ends with literals: no reference follows the last ones.
    if (from === end) return to;
    if (end - from < 2) return blockMalformed;
    const offset = (input[from] as number) | ((input[from + 1] as number) << 8);
    from += 2;
    if (offset === 0 || offset > to - windowStart) return blockMalformed;
    length = token & 15;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) return blockMalformed;
        more = input[from] as number;
        from += 1;
        length += more;
      }
    }
    length += 4;
    if (length > outputEnd - to) return blockTooLarge;
    if (offset >= length && length >= bulkCopyBytesMin) {
      output.copyWithin(to, to - offset, to - offset + length);
    } else {
      for (let n = to, stop = to + length; n < stop; n += 1) output[n] = output[n - offset] as number;
    }
    to += length;
  }
  return blockMalformed;
}

/** Compresses `bytes[start, end)` to one LZ4 block; it may be larger than its input. */
export function compressLz4Block(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const sequences = greedyMatches(bytes, start, end, 5);
  const block = new Uint8Array(end - start + Math.ceil((end - start) / 255) + 16);
  let to = 0;
  for (let n = 0; n < sequences.length; n += 4) {
    const literalStart = sequences[n] as number;
    const literalBytes = sequences[n + 1] as number;
    const offset = sequences[n + 2] as number;
    const matchCode = offset === 0 ? 0 : (sequences[n + 3] as number) - 4;
    block[to] = (Math.min(literalBytes, 15) << 4) | Math.min(matchCode, 15);
    to = putLength(block, to + 1, literalBytes);
    block.set(bytes.subarray(literalStart, literalStart + literalBytes), to);
    to += literalBytes;
    if (offset === 0) break;
    block[to] = offset & 0xff;
    block[to + 1] = offset >>> 8;
    to = putLength(block, to + 2, matchCode);
  }
  return block.subarray(0, to);
}

/** Writes what of `length` did not fit the token's 4 bits: 255 as often as it fits, then the rest. */
function putLength(block: Uint8Array, at: number, length: number): number {
  if (length < 15) return at;
  let to = at;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) {
    block[to] = 255;
    to += 1;
  }
  block[to] = rest;
  return to + 1;
}
