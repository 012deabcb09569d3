import { ipv6Text } from '../wire/ip-address.ts';
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
