import { uint16 } from './big-endian.ts';
import { etherTypeIpv4 } from './link/ether-type.ts';
import type { Packet, SkipReason } from './packet.ts';

const protocolTcp = 6;
const ipv4HeaderBytes = 20;
const ipv6HeaderBytes = 40;

/** More extension headers than RFC 8200 names (each at most once, destination options twice). */
const extensionHeadersMax = 8;

/** Reads the IP header and notes where the TCP header starts. Checksums are ignored: offload leaves them wrong. */
export function readIp(packet: Packet): SkipReason | null {
  return packet.etherType === etherTypeIpv4 ? readIpv4(packet) : readIpv6(packet);
}

/** RFC 791, options stepped over. The total length separates the packet from Ethernet's padding. */
function readIpv4(packet: Packet): SkipReason | null {
  const bytes = packet.bytes;
  const start = packet.networkStart;
  if (start + ipv4HeaderBytes > packet.end) return 'cut-headers';
  const first = bytes[start] as number;
  const headerBytes = (first & 15) * 4;
  if (first >> 4 !== 4 || headerBytes < ipv4HeaderBytes) return 'malformed-headers';
  const totalBytes = uint16(bytes, start + 2);
  // Segmentation offload hands the capture packets above 64 KiB, whose 16-bit total length then is 0.
  const end = totalBytes === 0 ? packet.start + packet.originalBytes : start + totalBytes;
  if (start + headerBytes > end) return 'malformed-headers';
  packet.addressBytes = 4;
  packet.sourceAddressAt = start + 12;
  packet.destinationAddressAt = start + 16;
  packet.transportStart = start + headerBytes;
  packet.transportEnd = end;
  packet.protocol = bytes[start + 9] as number;
  if ((uint16(bytes, start + 6) & 0x3fff) !== 0) return 'ip-fragment';
  return packet.protocol === protocolTcp ? null : 'not-tcp';
}

/** RFC 8200 with its extension headers; a fragment header is only stepped over when it splits nothing (RFC 6946). */
function readIpv6(packet: Packet): SkipReason | null {
  const bytes = packet.bytes;
  const start = packet.networkStart;
  if (start + ipv6HeaderBytes > packet.end) return 'cut-headers';
  if ((bytes[start] as number) >> 4 !== 6) return 'malformed-headers';
  const payloadBytes = uint16(bytes, start + 4);
  const end = payloadBytes === 0 ? packet.start + packet.originalBytes : start + ipv6HeaderBytes + payloadBytes;
  packet.addressBytes = 16;
  packet.sourceAddressAt = start + 8;
  packet.destinationAddressAt = start + 24;
  packet.transportEnd = end;
  let next = bytes[start + 6] as number;
  let at = start + ipv6HeaderBytes;
  for (let headers = 0; next !== protocolTcp; headers += 1) {
    if (headers === extensionHeadersMax) return 'malformed-headers';
    const lengthUnits = extensionUnits(next);
    if (lengthUnits < 0) break;
    if (at + 8 > packet.end) return 'cut-headers';
    if (next === 44 && (uint16(bytes, at + 2) & 0xfff9) !== 0) {
      packet.fragmentAt = at;
      packet.transportStart = at + 8;
      return at + 8 > end ? 'malformed-headers' : 'ip-fragment';
    }
    const length = bytes[at + 1] as number;
    next = bytes[at] as number;
    // The fragment header is 8 bytes; AH (RFC 4302) counts 4-byte words less 2, the others 8-byte words less 1.
    at += lengthUnits === 0 ? 8 : lengthUnits === 4 ? (length + 2) * 4 : (length + 1) * 8;
  }
  if (at > end) return 'malformed-headers';
  packet.protocol = next;
  packet.transportStart = at;
  return next === protocolTcp ? null : 'not-tcp';
}

/** The unit an extension header counts its length in, 0 for a fixed one, -1 for what is no extension header. */
function extensionUnits(protocol: number): number {
  switch (protocol) {
    case 0: // hop-by-hop
    case 43: // routing
    case 60: // destination options
    case 135: // mobility
    case 139: // host identity
    case 140: // shim6
      return 8;
    case 51: // authentication
      return 4;
    case 44: // fragment
      return 0;
    default:
      return -1;
  }
}
