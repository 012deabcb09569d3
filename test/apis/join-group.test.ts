import { expect, test } from 'vitest';
import { joinGroupProfile } from '../../src/apis/join-group.ts';
import { waitInput } from './wait-input.ts';

test('JoinGroup is held by the rebalance', () => {
  expect(joinGroupProfile.apiKey).toBe(11);
  expect(joinGroupProfile.waitUs?.(waitInput({ brokerTimeUs: 700_000 }))).toBe(700_000);
  expect(joinGroupProfile.waitUs?.(waitInput({ brokerTimeUs: 700, errorCode: 79 }))).toBe(0);
});
