import { uint16 } from '../big-endian.ts';
import type { Packet, SkipReason } from '../packet.ts';
import { readEtherType } from './ether-type.ts';

const headerBytes = 16;

/** LINKTYPE_LINUX_SLL (113), what `tcpdump -i any` wrote before libpcap 1.10: 16 bytes, the EtherType last. */
export function readLinuxSll(packet: Packet): SkipReason | null {
  const start = packet.start;
  if (start + headerBytes > packet.end) return 'cut-headers';
  return readEtherType(packet, uint16(packet.bytes, start + 14), start + headerBytes);
}
