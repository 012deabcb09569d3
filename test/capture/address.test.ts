import { describe, expect, it } from 'vitest';
import { destinationAddress, sourceAddress } from '../../src/capture/address.ts';
import { Packet } from '../../src/capture/packet.ts';

function ipv6Packet(hex: string, port: number): Packet {
  const packet = new Packet();
  packet.reset(Buffer.concat([Buffer.from(hex.replaceAll(':', ''), 'hex'), Buffer.alloc(16, 9)]), 101, 0, 32);
  packet.addressBytes = 16;
  packet.sourceAddressAt = 0;
  packet.destinationAddressAt = 16;
  packet.sourcePort = port;
  packet.destinationPort = 1;
  return packet;
}

describe('addresses', () => {
  it('prints IPv6 as RFC 5952 wants it', () => {
    const cases: [string, string][] = [
      ['0000:0000:0000:0000:0000:0000:0000:0001', '[::1]:9092'],
      ['0000:0000:0000:0000:0000:0000:0000:0000', '[::]:9092'],
      ['2001:0db8:0000:0000:0001:0000:0000:0001', '[2001:db8::1:0:0:1]:9092'],
      ['2001:0db8:0000:0001:0001:0001:0001:0001', '[2001:db8:0:1:1:1:1:1]:9092'],
      ['fe80:0000:0000:0000:00ab:0000:0000:0000', '[fe80::ab:0:0:0]:9092'],
      ['0001:0002:0003:0004:0005:0006:0000:0000', '[1:2:3:4:5:6::]:9092'],
    ];
    for (const [hex, text] of cases) expect(sourceAddress(ipv6Packet(hex, 9092))).toBe(text);
    expect(destinationAddress(ipv6Packet('0000:0000:0000:0000:0000:0000:0000:0001', 1))).toMatch(/^\[909:/);
  });
});
