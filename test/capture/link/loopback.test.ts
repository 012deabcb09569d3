import { expect, it } from 'vitest';
import { readLoopback } from '../../../src/capture/link/loopback.ts';
import { networkOf } from './link-scene.ts';

it('the address family of NULL and LOOP, in either byte order', () => {
  expect(networkOf(readLoopback, [2, 0, 0, 0])).toBe('ipv4@4');
  expect(networkOf(readLoopback, [0, 0, 0, 2])).toBe('ipv4@4');
  for (const family of [10, 24, 28, 30]) {
    expect(networkOf(readLoopback, [family, 0, 0, 0])).toBe('ipv6@4');
    expect(networkOf(readLoopback, [0, 0, 0, family])).toBe('ipv6@4');
  }
  expect(networkOf(readLoopback, [7, 0, 0, 0])).toBe('not-ip');
  expect(networkOf(readLoopback, [2, 0, 0])).toBe('cut-headers');
});
