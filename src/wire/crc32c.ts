import { type Crc32cFold, foldBytes, makeCrc32cFold } from './crc32c-fold.ts';

/** Reversed Castagnoli polynomial (RFC 3720 §B.4), the checksum of magic 2 record batches. */
const polynomial = 0x82f63b78;

/** Eight tables of 256 in one array: table n advances a byte over n more zero bytes (slicing-by-8). */
const tables = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    built[byte] = crc;
  }
  for (let at = 256; at < built.length; at += 1) {
    const previous = built[at - 256] as number;
    built[at] = (previous >>> 8) ^ (built[previous & 0xff] as number);
  }
  return built;
}

/** Fewest bytes for which copying them to the vector unit's memory pays. */
const foldedBytesMin = 768;

let fold: Crc32cFold | null | undefined;

/** CRC-32C of `bytes[start, end)` as an unsigned number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (end - start < foldedBytesMin) return ~advance(-1, bytes, start, end) >>> 0;
  // Made on first use: most runs of this program never check a large batch.
  if (fold === undefined) fold = makeCrc32cFold(tables.slice(0, 256));
  if (fold === null) return ~advance(-1, bytes, start, end) >>> 0;
  const foldedEnd = end - ((end - start) % foldBytes);
  const window = fold.window(bytes, start, foldedEnd);
  return ~advance(advance(0, window, 0, window.length), bytes, foldedEnd, end) >>> 0;
}

/** The register after `bytes[start, end)`, table by table. */
function advance(register: number, bytes: Uint8Array, start: number, end: number): number {
  const table = tables;
  let crc = register;
  let at = start;
  // Three times the speed of one table in V8: eight independent look-ups instead of a chain of eight.
  for (const stop = end - 7; at < stop; at += 8) {
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    crc =
      (table[1792 + (crc & 0xff)] as number) ^
      (table[1536 + ((crc >>> 8) & 0xff)] as number) ^
      (table[1280 + ((crc >>> 16) & 0xff)] as number) ^
      (table[1024 + (crc >>> 24)] as number) ^
      (table[768 + (bytes[at + 4] as number)] as number) ^
      (table[512 + (bytes[at + 5] as number)] as number) ^
      (table[256 + (bytes[at + 6] as number)] as number) ^
      (table[bytes[at + 7] as number] as number);
  }
  for (; at < end; at += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return crc;
}
