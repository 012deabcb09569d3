import { Packet, type SkipReason } from '../../../src/capture/packet.ts';

/** What a link reader finds: `ipv4@14` or `ipv6@18`, or why it finds nothing. */
export function networkOf(read: (packet: Packet) => SkipReason | null, bytes: readonly number[], linkType = 1): string {
  const packet = new Packet();
  packet.reset(Uint8Array.from(bytes), linkType, 0, bytes.length);
  const reason = read(packet);
  if (reason !== null) return reason;
  return `${packet.etherType === 0x0800 ? 'ipv4' : packet.etherType === 0x86dd ? 'ipv6' : packet.etherType}@${packet.networkStart}`;
}

export function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
