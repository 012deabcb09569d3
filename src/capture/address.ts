import { uint16 } from './big-endian.ts';
import type { Packet } from './packet.ts';

/** `ip:port` of the packet's sender, IPv6 in brackets. */
export function sourceAddress(packet: Packet): string {
  return addressText(packet.bytes, packet.sourceAddressAt, packet.addressBytes, packet.sourcePort);
}

/** `ip:port` of the packet's receiver, IPv6 in brackets. */
export function destinationAddress(packet: Packet): string {
  return addressText(packet.bytes, packet.destinationAddressAt, packet.addressBytes, packet.destinationPort);
}

function addressText(bytes: Uint8Array, at: number, addressBytes: 4 | 16, port: number): string {
  if (addressBytes === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}:${port}`;
  return `[${ipv6Text(bytes, at)}]:${port}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let index = 0; index < 8; index += 1) groups.push(uint16(bytes, at + index * 2));
  let runStart = -1;
  let runLength = 1;
  for (let index = 0; index < 8; index += 1) {
    let length = 0;
    while (index + length < 8 && groups[index + length] === 0) length += 1;
    if (length > runLength) {
      runStart = index;
      runLength = length;
    }
  }
  const text = groups.map((group) => group.toString(16));
  if (runStart < 0) return text.join(':');
  return `${text.slice(0, runStart).join(':')}::${text.slice(runStart + runLength).join(':')}`;
}
