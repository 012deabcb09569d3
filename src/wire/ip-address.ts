/** IP addresses as bytes and as text: what headers carry and what people read. */

const decimalByte = /^(?:0|[1-9]\d{0,2})$/;
const hexGroup = /^[0-9A-Fa-f]{1,4}$/;

/** Longest text of an IPv6 address: eight groups, the last two written as IPv4 (RFC 4291 §2.2). */
const textCharactersMax = 45;

/** Reads an address in its usual text, without brackets or zone index: 4 or 16 bytes, or null when it is none. */
export function parseIp(text: string): Uint8Array | null {
  if (text.length > textCharactersMax) return null;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    const value = decimalByte.test(part) ? Number(part) : 256;
    if (value > 255) return null;
    bytes[index] = value;
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [front = '', back] = halves;
  const head = parseGroups(front, back === undefined);
  const tail = back === undefined ? [] : parseGroups(back, true);
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  // `::` stands for one group of zeros or more.
  if (back === undefined ? missing !== 0 : missing < 2) return null;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of groups divided by single colons; only the last two of an address may be written as IPv4. */
function parseGroups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (hexGroup.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const embedded = last && index === groups.length - 1 ? parseIpv4(group) : null;
    if (embedded === null) return null;
    bytes.push(...embedded);
  }
  return bytes;
}

/** Writes 4 or 16 address bytes as text; IPv6 as RFC 5952 has it. */
export function formatIp(bytes: Uint8Array): string {
  return bytes.length === 4 ? ipv4Text(bytes, 0) : ipv6Text(bytes, 0);
}

function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let index = 0; index < 8; index += 1) {
    groups.push(((bytes[at + index * 2] ?? 0) << 8) | (bytes[at + index * 2 + 1] ?? 0));
  }
  let runStart = -1;
  let runLength = 1;
  for (let index = 0; index < 8; index += 1) {
    let length = 0;
    while (index + length < 8 && groups[index + length] === 0) length += 1;
    if (length > runLength) {
      runStart = index;
      runLength = length;
    }
  }
  const text = groups.map((group) => group.toString(16));
  if (runStart < 0) return text.join(':');
  return `${text.slice(0, runStart).join(':')}::${text.slice(runStart + runLength).join(':')}`;
}

/** First twelve bytes of an IPv4 address in IPv6 form, ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
const mappedPrefix = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** The 16 bytes of an address; an IPv4 address in its IPv6-mapped form. */
export function toIpv6Bytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 16) return bytes;
  const mapped = new Uint8Array(16);
  mapped.set(mappedPrefix);
  mapped.set(bytes, 12);
  return mapped;
}

/** The 4 bytes of an IPv4-mapped IPv6 address; any other address as it is. */
export function unmappedIpBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 16) return bytes;
  for (const [index, byte] of mappedPrefix.entries()) if (bytes[index] !== byte) return bytes;
  return bytes.subarray(12);
}
