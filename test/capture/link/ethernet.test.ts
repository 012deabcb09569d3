import { expect, it } from 'vitest';
import { readEthernet } from '../../../src/capture/link/ethernet.ts';
import { networkOf, zeros } from './link-scene.ts';

it('Ethernet: the EtherType behind two addresses', () => {
  expect(networkOf(readEthernet, [...zeros(12), 0x08, 0x00, 0x45])).toBe('ipv4@14');
  expect(networkOf(readEthernet, [...zeros(12), 0x86, 0xdd])).toBe('ipv6@14');
  expect(networkOf(readEthernet, [...zeros(12), 0x08, 0x06])).toBe('not-ip'); // ARP
  expect(networkOf(readEthernet, [...zeros(12), 0x00, 0x26])).toBe('not-ip'); // 802.3 length
  expect(networkOf(readEthernet, zeros(13))).toBe('cut-headers');
});
