import { uint16 } from './big-endian.ts';
import type { Fragments } from './fragments.ts';
import { readIp } from './ip.ts';
import { etherTypeIpv4, etherTypeIpv6, readEtherType } from './link/ether-type.ts';
import type { Packet, SkipReason } from './packet.ts';

/** More layers than any network nests; beyond it the packet is somebody's attack. */
const layersMax = 8;

const protocolIpv4 = 4;
const protocolUdp = 17;
const protocolIpv6 = 41;
const protocolGre = 47;

const etherTypeTransparentEthernet = 0x6558;
const etherTypeErspan2 = 0x88be;
const etherTypeErspan3 = 0x22eb;
const ethernetHeaderBytes = 14;

/**
 * Reads IP headers down to the innermost one that carries TCP, through what mirrors and overlays wrap around it:
 * IP in IP, GRE, ERSPAN I to III, VXLAN and Geneve. Fragmented packets are put together on the way.
 */
export function readNetwork(packet: Packet, fragments: Fragments): SkipReason | null {
  for (let layer = 0; layer < layersMax; layer += 1) {
    const reason = readIp(packet);
    if (reason === 'ip-fragment') {
      if (!fragments.take(packet)) return reason;
      continue;
    }
    if (reason !== 'not-tcp') return reason;
    const refused = enterTunnel(packet);
    if (refused !== null) return refused;
  }
  return 'malformed-headers';
}

/** Steps into the packet inside a packet; `not-tcp` when there is none. */
function enterTunnel(packet: Packet): SkipReason | null {
  switch (packet.protocol) {
    case protocolIpv4:
      return enterIp(packet, etherTypeIpv4, packet.transportStart);
    case protocolIpv6:
      return enterIp(packet, etherTypeIpv6, packet.transportStart);
    case protocolGre:
      return enterGre(packet);
    case protocolUdp:
      return enterUdp(packet);
    default:
      return 'not-tcp';
  }
}

function enterIp(packet: Packet, etherType: number, at: number): SkipReason | null {
  if (at >= packet.end) return 'cut-headers';
  packet.etherType = etherType;
  packet.networkStart = at;
  return null;
}

function enterEthernet(packet: Packet, at: number): SkipReason | null {
  if (at + ethernetHeaderBytes > packet.end) return 'cut-headers';
  return readEtherType(packet, uint16(packet.bytes, at + 12), at + ethernetHeaderBytes);
}

/** RFC 2784 and 2890: flags, type, then checksum, key and sequence number where the flags say so. */
function enterGre(packet: Packet): SkipReason | null {
  const { bytes, transportStart: start } = packet;
  if (start + 4 > packet.end) return 'cut-headers';
  const flags = uint16(bytes, start);
  if ((flags & 7) !== 0) return 'not-tcp';
  const hasSequence = (flags & 0x1000) !== 0;
  const type = uint16(bytes, start + 2);
  const options = ((flags & 0x8000) === 0 ? 0 : 4) + ((flags & 0x2000) === 0 ? 0 : 4) + (hasSequence ? 4 : 0);
  const inner = start + 4 + options;
  switch (type) {
    case etherTypeTransparentEthernet:
      return enterEthernet(packet, inner);
    case etherTypeErspan2:
      // Type I has no header of its own, and is told by the missing sequence number.
      return enterEthernet(packet, inner + (hasSequence ? 8 : 0));
    case etherTypeErspan3: {
      const optional = ((bytes[inner + 11] ?? 0) & 1) === 0 ? 0 : 8;
      return enterEthernet(packet, inner + 12 + optional);
    }
    default:
      return readEtherType(packet, type, inner);
  }
}

/** VXLAN (RFC 7348, also on Linux's first port) and Geneve (RFC 8926), known by their ports. */
function enterUdp(packet: Packet): SkipReason | null {
  const { bytes, transportStart: start } = packet;
  if (start + 16 > packet.end) return 'not-tcp';
  const port = uint16(bytes, start + 2);
  if (port === 4789 || port === 8472) {
    // The I flag says that a network identifier is there: without it this is no VXLAN.
    return ((bytes[start + 8] as number) & 0x08) === 0 ? 'not-tcp' : enterEthernet(packet, start + 16);
  }
  if (port !== 6081 || (bytes[start + 8] as number) >> 6 !== 0) return 'not-tcp';
  const inner = start + 16 + ((bytes[start + 8] as number) & 0x3f) * 4;
  const type = uint16(bytes, start + 10);
  return type === etherTypeTransparentEthernet ? enterEthernet(packet, inner) : readEtherType(packet, type, inner);
}
