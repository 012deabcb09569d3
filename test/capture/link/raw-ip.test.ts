import { expect, it } from 'vitest';
import { readRawIp } from '../../../src/capture/link/raw-ip.ts';
import { networkOf } from './link-scene.ts';

it('raw IP tells its version itself', () => {
  expect(networkOf(readRawIp, [0x45])).toBe('ipv4@0');
  expect(networkOf(readRawIp, [0x60])).toBe('ipv6@0');
  expect(networkOf(readRawIp, [0x15])).toBe('not-ip');
  expect(networkOf(readRawIp, [])).toBe('cut-headers');
});
