import { ipv6Text } from '../wire/ip-address.ts';
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

/**
 * Key of the direction the packet belongs to: addresses and ports as UTF-16 units, because a string is what a Map
 * hashes fastest and `fromCharCode` is its cheapest constructor.
 */
export function directionKey(packet: Packet): string {
  return keyOf(packet, packet.sourceAddressAt, packet.destinationAddressAt, packet.sourcePort, packet.destinationPort);
}

/** Key of the opposite direction. */
export function reverseDirectionKey(packet: Packet): string {
  return keyOf(packet, packet.destinationAddressAt, packet.sourceAddressAt, packet.destinationPort, packet.sourcePort);
}

function keyOf(packet: Packet, fromAt: number, toAt: number, fromPort: number, toPort: number): string {
  const bytes = packet.bytes;
  if (packet.addressBytes === 4) {
    return String.fromCharCode(
      uint16(bytes, fromAt),
      uint16(bytes, fromAt + 2),
      uint16(bytes, toAt),
      uint16(bytes, toAt + 2),
      fromPort,
      toPort,
    );
  }
  return String.fromCharCode(
    uint16(bytes, fromAt),
    uint16(bytes, fromAt + 2),
    uint16(bytes, fromAt + 4),
    uint16(bytes, fromAt + 6),
    uint16(bytes, fromAt + 8),
    uint16(bytes, fromAt + 10),
    uint16(bytes, fromAt + 12),
    uint16(bytes, fromAt + 14),
    uint16(bytes, toAt),
    uint16(bytes, toAt + 2),
    uint16(bytes, toAt + 4),
    uint16(bytes, toAt + 6),
    uint16(bytes, toAt + 8),
    uint16(bytes, toAt + 10),
    uint16(bytes, toAt + 12),
    uint16(bytes, toAt + 14),
    fromPort,
    toPort,
  );
}
