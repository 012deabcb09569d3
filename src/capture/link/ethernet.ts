import { uint16 } from '../big-endian.ts';
import type { Packet, SkipReason } from '../packet.ts';
import { readEtherType } from './ether-type.ts';

const headerBytes = 14;

/** LINKTYPE_ETHERNET (1): two addresses and an EtherType, VLAN tags in between. */
export function readEthernet(packet: Packet): SkipReason | null {
  const start = packet.start;
  if (start + headerBytes > packet.end) return 'cut-headers';
  return readEtherType(packet, uint16(packet.bytes, start + 12), start + headerBytes);
}
