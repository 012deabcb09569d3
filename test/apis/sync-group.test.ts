import { expect, test } from 'vitest';
import { syncGroupProfile } from '../../src/apis/sync-group.ts';
import { waitInput } from './wait-input.ts';

test('SyncGroup is held by the rebalance', () => {
  expect(syncGroupProfile.apiKey).toBe(14);
  expect(syncGroupProfile.waitUs?.(waitInput({ brokerTimeUs: 700_000 }))).toBe(700_000);
  expect(syncGroupProfile.waitUs?.(waitInput({ brokerTimeUs: 700, errorCode: 79 }))).toBe(0);
});
