import { expect, it } from 'vitest';
import { readEtherType } from '../../../src/capture/link/ether-type.ts';
import type { Packet } from '../../../src/capture/packet.ts';
import { networkOf } from './link-scene.ts';

const qTag = [0x00, 0x64, 0x81, 0x00];
const read = (type: number) => (packet: Packet) => readEtherType(packet, type, 0);

it('VLAN tags are stepped over, in any mixture', () => {
  expect(networkOf(read(0x8100), [0x00, 0x64, 0x08, 0x00])).toBe('ipv4@4');
  expect(networkOf(read(0x88a8), [...qTag, 0x00, 0x07, 0x86, 0xdd])).toBe('ipv6@8');
  expect(networkOf(read(0x9100), [...qTag, 0x00, 0x07, 0x08, 0x06])).toBe('not-ip');
});

it('tags may be cut, and are not followed for ever', () => {
  expect(networkOf(read(0x8100), [0x00, 0x64])).toBe('cut-headers');
  expect(networkOf(read(0x8100), Array.from({ length: 20 }, () => qTag).flat())).toBe('malformed-headers');
});
