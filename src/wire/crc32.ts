/** Reversed IEEE 802.3 polynomial, the checksum of legacy messages (magic 0 and 1). */
const polynomial = 0xedb88320;

const table = buildTable();

function buildTable(): Int32Array {
  const built = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    built[byte] = crc;
  }
  return built;
}

/**
 * IEEE CRC-32 of `bytes[start, end)` as an unsigned number. One plain table: legacy messages are rare and small, the
 * fast way is spent on CRC-32C (`crc32c.ts`).
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  for (let at = start; at < end; at += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
