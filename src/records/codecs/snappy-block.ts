import { greedyMatches } from './greedy-matches.ts';

/** A 3-byte reference yields at most 64 bytes: no block announces more than this factor of its size honestly. */
const expansionMax = 22;

/** From this length on one call of `set`/`copyWithin` is faster than a loop (measured in V8). */
const bulkCopyBytesMin = 48;

/** The length a snappy block announces and where its elements begin. */
export interface SnappyPreamble {
  readonly uncompressedBytes: number;
  readonly elementsAt: number;
}

/** Reads the uvarint length before a snappy block; null when it is cut, too long or cannot be true. */
export function readSnappyPreamble(input: Uint8Array, at: number, end: number): SnappyPreamble | null {
  let uncompressedBytes = 0;
  for (let n = 0; n < 5; n += 1) {
    if (at + n >= end) return null;
    const byte = input[at + n] as number;
    uncompressedBytes |= (byte & 0x7f) << (7 * n);
    // From 2 GiB on: more than any input here can yield.
    if (uncompressedBytes < 0 || (n === 4 && byte > 0x0f)) return null;
    if (byte >= 0x80) continue;
    return uncompressedBytes <= (end - at) * expansionMax ? { uncompressedBytes, elementsAt: at + n + 1 } : null;
  }
  return null;
}

/**
 * Uncompresses the elements `input[at, end)` of a snappy block so that they fill `output[outputAt, outputEnd)`
 * exactly; false when they do not. Our own, because snappyjs 0.7.0 loops for ever on a negative literal length,
 * reads offsets beyond 2 GiB as negative ones and returns zeros where a block ends early.
 */
export function uncompressSnappyBlock(
  input: Uint8Array,
  at: number,
  end: number,
  output: Uint8Array,
  outputAt: number,
  outputEnd: number,
): boolean {
  let from = at;
  let to = outputAt;
  while (from < end) {
    const tag = input[from] as number;
    from += 1;
    const kind = tag & 3;
    let length = (tag >>> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const lengthBytes = length - 60;
        if (lengthBytes > end - from) return false;
        const code = readCode(input, from, lengthBytes);
        if (code < 0) return false;
        length = code + 1;
        from += lengthBytes;
      }
      if (length > end - from || length > outputEnd - to) return false;
      if (length >= bulkCopyBytesMin) {
        output.set(input.subarray(from, from + length), to);
      } else {
        for (let n = 0; n < length; n += 1) output[to + n] = input[from + n] as number;
      }
      from += length;
      to += length;
      continue;
    }
    let offset: number;
    if (kind === 1) {
      if (from >= end) return false;
      length = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | (input[from] as number);
      from += 1;
    } else {
      const offsetBytes = kind === 2 ? 2 : 4;
      if (offsetBytes > end - from) return false;
      offset = readCode(input, from, offsetBytes);
      from += offsetBytes;
    }
    if (offset <= 0 || offset > to - outputAt || length > outputEnd - to) return false;
    if (offset >= length && length >= bulkCopyBytesMin) {
      output.copyWithin(to, to - offset, to - offset + length);
    } else {
      for (let n = to, stop = to + length; n < stop; n += 1) output[n] = output[n - offset] as number;
    }
    to += length;
  }
  return to === outputEnd;
}

/**
 * A little-endian number of one to four bytes; negative from 2 GiB on, which no buffer here reaches. It stays a
 * 32-bit integer on purpose: a double would slow the whole loop down by half.
 */
function readCode(input: Uint8Array, at: number, byteCount: number): number {
  let code = 0;
  for (let n = 0; n < byteCount; n += 1) code |= (input[at + n] as number) << (8 * n);
  return code;
}

/** Compresses `bytes[start, end)` (at most 64 KiB) to one snappy block. */
export function compressSnappyBlock(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const sequences = greedyMatches(bytes, start, end, 0);
  // Worst case: a 3-byte literal tag a sequence that saves at least one byte, and the length in front.
  const block = new Uint8Array(Math.ceil((end - start) * 1.2) + 16);
  let to = 0;
  let rest = end - start;
  for (; rest >= 0x80; rest >>>= 7) {
    block[to] = (rest & 0x7f) | 0x80;
    to += 1;
  }
  block[to] = rest;
  to += 1;
  for (let n = 0; n < sequences.length; n += 4) {
    const literalStart = sequences[n] as number;
    const literalBytes = sequences[n + 1] as number;
    to = putLiterals(block, to, bytes.subarray(literalStart, literalStart + literalBytes));
    to = putCopies(block, to, sequences[n + 2] as number, sequences[n + 3] as number);
  }
  return block.subarray(0, to);
}

function putLiterals(block: Uint8Array, at: number, literals: Uint8Array): number {
  if (literals.length === 0) return at;
  let to = at;
  const code = literals.length - 1;
  if (code < 60) {
    block[to] = code << 2;
  } else if (code < 0x100) {
    block[to] = 60 << 2;
    block[to + 1] = code;
    to += 1;
  } else {
    block[to] = 61 << 2;
    block[to + 1] = code & 0xff;
    block[to + 2] = code >>> 8;
    to += 2;
  }
  block.set(literals, to + 1);
  return to + 1 + literals.length;
}

/** References with two offset bytes only: they hold 1 to 64 bytes each. */
function putCopies(block: Uint8Array, at: number, offset: number, matchBytes: number): number {
  let to = at;
  for (let rest = matchBytes; rest > 0; rest -= 64) {
    block[to] = ((Math.min(rest, 64) - 1) << 2) | 2;
    block[to + 1] = offset & 0xff;
    block[to + 2] = offset >>> 8;
    to += 3;
  }
  return to;
}
