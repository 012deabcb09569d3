import type { Packet, SkipReason } from '../packet.ts';
import { readEthernet } from './ethernet.ts';
import { readLinuxSll } from './linux-sll.ts';
import { readLinuxSll2 } from './linux-sll2.ts';
import { readLoopback } from './loopback.ts';
import { readRawIp } from './raw-ip.ts';

/** Finds the network header behind the link header; the list of link types (tcpdump.org/linktypes) that we read. */
export function readLink(packet: Packet): SkipReason | null {
  switch (packet.linkType) {
    case 1:
      return readEthernet(packet);
    case 0:
    case 108:
      return readLoopback(packet);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return readRawIp(packet);
    case 113:
      return readLinuxSll(packet);
    case 276:
      return readLinuxSll2(packet);
    default:
      return 'unsupported-link-type';
  }
}
