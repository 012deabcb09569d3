import type { Packet, SkipReason } from '../packet.ts';
import { etherTypeIpv4, etherTypeIpv6 } from './ether-type.ts';

/** LINKTYPE_RAW (101, on old systems 12 or 14), IPV4 (228), IPV6 (229): no link header, IP from the first byte. */
export function readRawIp(packet: Packet): SkipReason | null {
  if (packet.start >= packet.end) return 'cut-headers';
  const version = (packet.bytes[packet.start] as number) >> 4;
  if (version === 4) packet.etherType = etherTypeIpv4;
  else if (version === 6) packet.etherType = etherTypeIpv6;
  else return 'not-ip';
  packet.networkStart = packet.start;
  return null;
}
