import { expect, test } from 'vitest';
import { fetchProfile } from '../../src/apis/fetch.ts';
import { waitInput } from './wait-input.ts';

test('Fetch is parked for data and remembers the fields that say how long', () => {
  expect(fetchProfile.requestFields).toEqual(['maxWaitMs', 'minBytes']);
  expect(fetchProfile.waitUs?.(waitInput({ brokerTimeUs: 500_400 }))).toBe(500_000);
});

test('a refused session was no wait, a leader change at the end of a parked fetch was', () => {
  for (const errorCode of [70, 71, 106]) {
    expect(fetchProfile.waitUs?.(waitInput({ brokerTimeUs: 40_000, errorCode }))).toBe(0);
  }
  expect(fetchProfile.waitUs?.(waitInput({ brokerTimeUs: 240_000, errorCode: 6 }))).toBe(240_000);
});
