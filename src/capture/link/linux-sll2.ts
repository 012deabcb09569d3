import { uint16 } from '../big-endian.ts';
import type { Packet, SkipReason } from '../packet.ts';
import { readEtherType } from './ether-type.ts';

const headerBytes = 20;

/** LINKTYPE_LINUX_SLL2 (276), what `tcpdump -i any` writes today: 20 bytes, the EtherType first. */
export function readLinuxSll2(packet: Packet): SkipReason | null {
  const start = packet.start;
  if (start + headerBytes > packet.end) return 'cut-headers';
  return readEtherType(packet, uint16(packet.bytes, start), start + headerBytes);
}
