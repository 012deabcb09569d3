import { expect, it } from 'vitest';
import { readLinuxSll2 } from '../../../src/capture/link/linux-sll2.ts';
import { networkOf, zeros } from './link-scene.ts';

it('Linux cooked v2: the protocol begins the 20 bytes', () => {
  expect(networkOf(readLinuxSll2, [0x08, 0x00, ...zeros(18)])).toBe('ipv4@20');
  expect(networkOf(readLinuxSll2, [0x86, 0xdd, ...zeros(18)])).toBe('ipv6@20');
  expect(networkOf(readLinuxSll2, [0x08, 0x06, ...zeros(18)])).toBe('not-ip');
  expect(networkOf(readLinuxSll2, [0x08, 0x00, ...zeros(17)])).toBe('cut-headers');
});
