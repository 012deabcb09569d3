import { expect, test } from 'vitest';
import { shareFetchProfile } from '../../src/apis/share-fetch.ts';
import { waitInput } from './wait-input.ts';

test('ShareFetch is parked like Fetch', () => {
  expect(shareFetchProfile.apiKey).toBe(78);
  expect(shareFetchProfile.waitUs?.(waitInput({ brokerTimeUs: 500_400 }))).toBe(500_000);
});

test('a refused share session was no wait', () => {
  for (const errorCode of [122, 123, 133]) {
    expect(shareFetchProfile.waitUs?.(waitInput({ brokerTimeUs: 40_000, errorCode }))).toBe(0);
  }
});
