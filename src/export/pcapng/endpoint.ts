/** An end of a connection as packets name it. */
export interface Endpoint {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

const nowhere: Endpoint = { address: new Uint8Array(4), port: 0 };

/** Reads `ip:port` (IPv6 in brackets, a zone is dropped); what is no address becomes 0.0.0.0. */
export function parseEndpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  const host = text.slice(0, colon);
  const address = host.startsWith('[') ? ipv6Bytes(host.slice(1, -1)) : ipv4Bytes(host);
  if (colon < 0 || address === null || !Number.isInteger(port) || port < 0 || port > 65_535) return nowhere;
  return { address, port };
}

/** Both ends in one IP version: next to an IPv6 address an IPv4 one is written as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
export function sameFamily(first: Endpoint, second: Endpoint): readonly [Endpoint, Endpoint] {
  if (first.address.length === second.address.length) return [first, second];
  return [mapped(first), mapped(second)];
}

function mapped(endpoint: Endpoint): Endpoint {
  if (endpoint.address.length === 16) return endpoint;
  const address = new Uint8Array(16);
  address[10] = 0xff;
  address[11] = 0xff;
  address.set(endpoint.address, 12);
  return { address, port: endpoint.port };
}

function ipv4Bytes(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    const value = Number(part);
    if (!/^\d{1,3}$/.test(part) || value > 255) return null;
    bytes[index] = value;
  }
  return bytes;
}

function ipv6Bytes(text: string): Uint8Array | null {
  let plain = text.split('%')[0] ?? '';
  const lastColon = plain.lastIndexOf(':');
  const tail = plain.includes('.') ? ipv4Bytes(plain.slice(lastColon + 1)) : null;
  if (tail !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = tail;
    plain = `${plain.slice(0, lastColon)}:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = plain.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const rest = groupsOf(halves[1] ?? '');
  if (head === null || rest === null) return null;
  const known = head.length + rest.length;
  if (halves.length === 1 ? known !== 8 : known > 7) return null;
  const groups = [...head, ...new Array<number>(8 - known).fill(0), ...rest];
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  }
  return bytes;
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null;
}
