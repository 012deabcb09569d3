import { expect, it } from 'vitest';
import { readLink } from '../../../src/capture/link/read-link.ts';
import { networkOf, zeros } from './link-scene.ts';

it('each link type goes to its reader', () => {
  expect(networkOf(readLink, [...zeros(12), 8, 0], 1)).toBe('ipv4@14');
  for (const linkType of [0, 108]) expect(networkOf(readLink, [2, 0, 0, 0], linkType)).toBe('ipv4@4');
  for (const linkType of [12, 14, 101, 228, 229]) expect(networkOf(readLink, [0x45], linkType)).toBe('ipv4@0');
  expect(networkOf(readLink, [...zeros(14), 8, 0], 113)).toBe('ipv4@16');
  expect(networkOf(readLink, [8, 0, ...zeros(18)], 276)).toBe('ipv4@20');
  expect(networkOf(readLink, zeros(64), 127)).toBe('unsupported-link-type');
});
