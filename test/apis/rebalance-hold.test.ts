import { expect, test } from 'vitest';
import { rebalanceHoldUs } from '../../src/apis/rebalance-hold.ts';
import { waitInput } from './wait-input.ts';

test('a held member waited all the broker time', () => {
  expect(rebalanceHoldUs(waitInput({ brokerTimeUs: 2_900_000 }))).toBe(2_900_000);
});

test('an error that may end a hold keeps the wait, an answer at once has none', () => {
  for (const errorCode of [16, 25, 27, 82]) {
    expect(rebalanceHoldUs(waitInput({ brokerTimeUs: 3_000, errorCode }))).toBe(3_000);
  }
  for (const errorCode of [79, 15, 24, 30, 81, -1]) {
    expect(rebalanceHoldUs(waitInput({ brokerTimeUs: 3_000, errorCode }))).toBe(0);
  }
});
