import { expect, it } from 'vitest';
import { readLinuxSll } from '../../../src/capture/link/linux-sll.ts';
import { networkOf, zeros } from './link-scene.ts';

it('Linux cooked v1: the protocol ends the 16 bytes', () => {
  expect(networkOf(readLinuxSll, [...zeros(14), 0x08, 0x00])).toBe('ipv4@16');
  expect(networkOf(readLinuxSll, [...zeros(14), 0x81, 0x00, 0x00, 0x64, 0x86, 0xdd])).toBe('ipv6@20');
  expect(networkOf(readLinuxSll, [...zeros(14), 0x00, 0x04])).toBe('not-ip');
  expect(networkOf(readLinuxSll, zeros(15))).toBe('cut-headers');
});
