import { crc32c } from './crc32c.ts';
import { formatIp, parseIp, toIpv6Bytes, unmappedIpBytes } from './ip-address.ts';

/**
 * The PROXY protocol (HAProxy's specification of it, versions 1 and 2): one header ahead of a TCP stream in which a
 * load balancer says who connected to it, and to which of its addresses. Sans-io, both ways.
 */

/** An IP address as text and a TCP port. */
export interface ProxyEnd {
  readonly host: string;
  readonly port: number;
}

/** Both ends of the connection that the header's sender accepted. */
export interface ProxyAddresses {
  readonly source: ProxyEnd;
  readonly destination: ProxyEnd;
}

/** What the first bytes of a connection are. */
export type ProxyHeaderReading =
  /** Too few bytes to tell. */
  | { readonly kind: 'more' }
  /** A whole header of `bytes` bytes; `addresses` is null where it names none that we use (LOCAL, UNKNOWN, AF_UNIX). */
  | {
      readonly kind: 'header';
      readonly version: 1 | 2;
      readonly addresses: ProxyAddresses | null;
      readonly bytes: number;
    }
  /** No PROXY header at all. */
  | { readonly kind: 'foreign' }
  /** It begins as a header and goes on wrongly; `detail` says how. */
  | { readonly kind: 'broken'; readonly version: 1 | 2; readonly detail: string };

/** A version 1 line, its CRLF included, is at most that long. */
export const proxyLineBytesMax = 107;

/** Longest version 2 header read; with its TLVs one could have 65,551 bytes, and HAProxy itself stops at 16 KiB. */
export const proxyHeaderBytesMax = 16 * 1024;

const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const linePrefix = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20);

/** Signature, version and command, family, length. */
const fixedBytes = 16;

/** Bytes from which a foreign beginning can be given a name (`classifyFirstBytes`). */
const namedFromBytes = 4;

/** Bytes of the address block by address family; the block of family 0 (unspecified) is all TLVs. */
const addressBlockBytes: readonly number[] = [0, 12, 36, 216];

const crc32cType = 3;

const more: ProxyHeaderReading = { kind: 'more' };
const foreign: ProxyHeaderReading = { kind: 'foreign' };

/** Reads the header at the beginning of a connection; `bytes` is all that came so far. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeaderReading {
  if (beginsAlike(bytes, signature)) return bytes.length < fixedBytes ? more : readBinary(bytes);
  if (beginsAlike(bytes, linePrefix)) return readLine(bytes);
  return bytes.length < namedFromBytes ? more : foreign;
}

/** True when the bytes are the beginning of `expected`, or begin with it. */
function beginsAlike(bytes: Uint8Array, expected: Uint8Array): boolean {
  const end = Math.min(bytes.length, expected.length);
  for (let at = 0; at < end; at += 1) if (bytes[at] !== expected[at]) return false;
  return true;
}

function readLine(bytes: Uint8Array): ProxyHeaderReading {
  const end = Math.min(bytes.length, proxyLineBytesMax);
  for (let at = 0; at + 1 < end; at += 1) {
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) continue;
    const fields = String.fromCharCode(...bytes.subarray(linePrefix.length, at)).split(' ');
    return readFields(fields, at + 2);
  }
  if (end < proxyLineBytesMax) return more;
  return broken(1, `its line does not end within ${proxyLineBytesMax} bytes`);
}

function readFields(fields: readonly string[], lineBytes: number): ProxyHeaderReading {
  const [protocol, source = '', destination = '', sourcePort = '', destinationPort = ''] = fields;
  // Whatever follows UNKNOWN is to be ignored.
  if (protocol === 'UNKNOWN') return { kind: 'header', version: 1, addresses: null, bytes: lineBytes };
  if (protocol !== 'TCP4' && protocol !== 'TCP6') return broken(1, 'its protocol is none of TCP4, TCP6 and UNKNOWN');
  if (fields.length !== 5) return broken(1, 'it does not have two addresses and two ports');
  const addressBytes = protocol === 'TCP4' ? 4 : 16;
  const from = parseIp(source);
  const to = parseIp(destination);
  if (from?.length !== addressBytes || to?.length !== addressBytes) {
    return broken(1, `an address in it is none of ${protocol === 'TCP4' ? 'IPv4' : 'IPv6'}`);
  }
  const [fromPort, toPort] = [readPort(sourcePort), readPort(destinationPort)];
  if (fromPort === null || toPort === null) return broken(1, 'a port in it is no number from 0 to 65535');
  return found(1, lineBytes, from, fromPort, to, toPort);
}

function readPort(text: string): number | null {
  if (!/^(?:0|[1-9]\d{0,4})$/.test(text)) return null;
  const port = Number(text);
  return port <= 0xffff ? port : null;
}

function readBinary(bytes: Uint8Array): ProxyHeaderReading {
  const versionAndCommand = bytes[12] ?? 0;
  const familyAndTransport = bytes[13] ?? 0;
  const headerBytes = fixedBytes + uint16(bytes, 14);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2) return broken(2, `its version is ${versionAndCommand >> 4}`);
  if (command > 1) return broken(2, `its command is ${command}, neither LOCAL nor PROXY`);
  if (headerBytes > proxyHeaderBytesMax) {
    return broken(2, `it announces ${headerBytes} bytes, more than the ${proxyHeaderBytesMax} that are read`);
  }
  if (bytes.length < headerBytes) return more;
  const header = bytes.subarray(0, headerBytes);
  // LOCAL: the sender's own connection, such as a health check. What else stands there is to be ignored.
  if (command === 0) return { kind: 'header', version: 2, addresses: null, bytes: headerBytes };
  const family = familyAndTransport >> 4;
  const blockBytes = addressBlockBytes[family];
  if (blockBytes === undefined || (familyAndTransport & 0x0f) > 2) {
    return broken(2, `its address family or transport is unknown (${familyAndTransport})`);
  }
  const tlvsAt = fixedBytes + blockBytes;
  if (tlvsAt > headerBytes) return broken(2, 'it is too short for its addresses');
  const damage = checkTlvs(header, tlvsAt);
  if (damage !== null) return broken(2, damage);
  if (family !== 1 && family !== 2) return { kind: 'header', version: 2, addresses: null, bytes: headerBytes };
  const addressBytes = family === 1 ? 4 : 16;
  const toAt = fixedBytes + addressBytes;
  const portsAt = toAt + addressBytes;
  const from = header.slice(fixedBytes, toAt);
  const to = header.slice(toAt, portsAt);
  return found(2, headerBytes, from, uint16(header, portsAt), to, uint16(header, portsAt + 2));
}

/** Walks the TLVs and verifies the checksum where there is one; says what is wrong, or null. */
function checkTlvs(header: Uint8Array, from: number): string | null {
  let at = from;
  while (at < header.length) {
    if (at + 3 > header.length) return 'its last TLV is cut off';
    const valueAt = at + 3;
    const next = valueAt + uint16(header, at + 1);
    if (next > header.length) return 'a TLV in it is longer than the header';
    if (header[at] === crc32cType) {
      if (next - valueAt !== 4) return 'its checksum does not have four bytes';
      const stated = ((uint16(header, valueAt) << 16) | uint16(header, valueAt + 2)) >>> 0;
      const blanked = header.slice();
      blanked.fill(0, valueAt, next);
      if (crc32c(blanked) >>> 0 !== stated) return 'its checksum is wrong';
    }
    at = next;
  }
  return null;
}

function found(
  version: 1 | 2,
  headerBytes: number,
  from: Uint8Array,
  fromPort: number,
  to: Uint8Array,
  toPort: number,
): ProxyHeaderReading {
  const source = { host: formatIp(unmappedIpBytes(from)), port: fromPort };
  const destination = { host: formatIp(unmappedIpBytes(to)), port: toPort };
  return { kind: 'header', version, addresses: { source, destination }, bytes: headerBytes };
}

function broken(version: 1 | 2, detail: string): ProxyHeaderReading {
  return { kind: 'broken', version, detail };
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/**
 * Writes a version 2 header, PROXY for a client's connection and LOCAL (`null`) for one of the sender's own. Ends of
 * different families are both written as IPv6; what is no IP address makes it LOCAL.
 */
export function writeProxyHeader(addresses: ProxyAddresses | null): Uint8Array {
  const from = addresses === null ? null : parseIp(withoutZone(addresses.source.host));
  const to = addresses === null ? null : parseIp(withoutZone(addresses.destination.host));
  if (addresses === null || from === null || to === null) return fixedPart(0x20, 0x00, 0);
  const [source, destination] = from.length === to.length ? [from, to] : [toIpv6Bytes(from), toIpv6Bytes(to)];
  const blockBytes = source.length * 2 + 4;
  const header = fixedPart(0x21, source.length === 4 ? 0x11 : 0x21, blockBytes);
  header.set(source, fixedBytes);
  header.set(destination, fixedBytes + source.length);
  const ports = new DataView(header.buffer, fixedBytes + source.length * 2);
  ports.setUint16(0, addresses.source.port);
  ports.setUint16(2, addresses.destination.port);
  return header;
}

/** Without the zone index of a link-local address (fe80::1%eth0), which the header has no room for. */
function withoutZone(host: string): string {
  return host.split('%', 1)[0] ?? '';
}

function fixedPart(versionAndCommand: number, familyAndTransport: number, blockBytes: number): Uint8Array {
  const header = new Uint8Array(fixedBytes + blockBytes);
  header.set(signature);
  header[12] = versionAndCommand;
  header[13] = familyAndTransport;
  header[15] = blockBytes;
  return header;
}
