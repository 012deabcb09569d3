import { int32, uint16 } from './big-endian.ts';
import type { Packet, SkipReason } from './packet.ts';

/** TCP flag bits (RFC 9293). */
export const tcpFin = 0x01;
export const tcpSyn = 0x02;
export const tcpRst = 0x04;
export const tcpAck = 0x10;

const headerBytesMin = 20;

/** Reads the TCP header; its options say nothing that the payload needs. */
export function readTcp(packet: Packet): SkipReason | null {
  const bytes = packet.bytes;
  const start = packet.transportStart;
  if (packet.transportEnd - start < headerBytesMin) return 'malformed-headers';
  if (start + headerBytesMin > packet.end) return 'cut-headers';
  const headerBytes = ((bytes[start + 12] as number) >> 4) * 4;
  if (headerBytes < headerBytesMin || start + headerBytes > packet.transportEnd) return 'malformed-headers';
  packet.sourcePort = uint16(bytes, start);
  packet.destinationPort = uint16(bytes, start + 2);
  packet.sequence = int32(bytes, start + 4);
  packet.acknowledgment = int32(bytes, start + 8);
  packet.flags = bytes[start + 13] as number;
  packet.window = uint16(bytes, start + 14);
  // A snaplen inside the options leaves no payload, but its length is still known.
  packet.payloadStart = Math.min(start + headerBytes, packet.end);
  packet.payloadBytes = packet.transportEnd - start - headerBytes;
  return null;
}
