import { uint32 } from '../big-endian.ts';
import type { Packet, SkipReason } from '../packet.ts';
import { etherTypeIpv4, etherTypeIpv6 } from './ether-type.ts';

const headerBytes = 4;

/**
 * LINKTYPE_NULL (0) and LINKTYPE_LOOP (108): an address family of four bytes. NULL has it in the byte order of the
 * capturing machine, which the file's own order does not tell, so both are taken. IPv6 is 24 on NetBSD and OpenBSD,
 * 28 on FreeBSD, 30 on macOS, 10 on Linux.
 */
export function readLoopback(packet: Packet): SkipReason | null {
  if (packet.start + headerBytes > packet.end) return 'cut-headers';
  const big = uint32(packet.bytes, packet.start);
  const family = big < 0x10000 ? big : swapped(big);
  if (family === 2) packet.etherType = etherTypeIpv4;
  else if (family === 10 || family === 24 || family === 28 || family === 30) packet.etherType = etherTypeIpv6;
  else return 'not-ip';
  packet.networkStart = packet.start + headerBytes;
  return null;
}

function swapped(value: number): number {
  return ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24)) >>> 0;
}
