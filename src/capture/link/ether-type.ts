import { uint16 } from '../big-endian.ts';
import type { Packet, SkipReason } from '../packet.ts';

/** EtherType numbers (IEEE 802) that carry IP. */
export const etherTypeIpv4 = 0x0800;
export const etherTypeIpv6 = 0x86dd;

/** More tags than any network stacks; beyond it the packet is somebody's attack. */
const tagsMax = 8;
const tagBytes = 4;

const etherTypeMpls = 0x8847;
const etherTypeMplsMulticast = 0x8848;
const labelBytes = 4;

/**
 * Notes the network header at `at`, stepping over VLAN tags: 802.1Q, 802.1ad (QinQ) and its older private numbers.
 * Ethernet and both Linux cooked headers end in such an EtherType.
 */
export function readEtherType(packet: Packet, etherType: number, at: number): SkipReason | null {
  let type = etherType;
  let start = at;
  for (let tags = 0; type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200; tags += 1) {
    if (tags === tagsMax) return 'malformed-headers';
    if (start + tagBytes > packet.end) return 'cut-headers';
    type = uint16(packet.bytes, start + 2);
    start += tagBytes;
  }
  if (type === etherTypeMpls || type === etherTypeMplsMulticast) return readMpls(packet, start);
  if (type !== etherTypeIpv4 && type !== etherTypeIpv6) return 'not-ip';
  packet.etherType = type;
  packet.networkStart = start;
  return null;
}

/** RFC 3032: labels down to the bottom of the stack; what follows says by its first four bits which IP it is. */
function readMpls(packet: Packet, at: number): SkipReason | null {
  let start = at;
  for (let labels = 0; ; labels += 1) {
    if (labels === tagsMax) return 'malformed-headers';
    if (start + labelBytes >= packet.end) return 'cut-headers';
    const isBottom = ((packet.bytes[start + 2] as number) & 1) === 1;
    start += labelBytes;
    if (isBottom) break;
  }
  const version = (packet.bytes[start] as number) >> 4;
  if (version !== 4 && version !== 6) return 'not-ip';
  packet.etherType = version === 4 ? etherTypeIpv4 : etherTypeIpv6;
  packet.networkStart = start;
  return null;
}
