import { expect, test } from 'vitest';
import { profileOf, waitFieldsOf, waitUsOf } from '../../src/apis/index.ts';
import { waitInput } from './wait-input.ts';

test('only the APIs that park on purpose have wait', () => {
  const input = waitInput({ brokerTimeUs: 300_000 });
  const waiting: number[] = [];
  for (let apiKey = -1; apiKey < 120; apiKey++) if (waitUsOf(apiKey, input) > 0) waiting.push(apiKey);
  expect(waiting).toEqual([1, 11, 14, 78]);
});

test('what must be remembered of a request is named per API', () => {
  expect(waitFieldsOf(1)).toEqual(['maxWaitMs', 'minBytes']);
  expect(waitFieldsOf(3)).toEqual([]);
  expect(profileOf(3)).toBeNull();
  expect(profileOf(1)?.apiKey).toBe(1);
});

test('an unknown wait counts as none, and no wait exceeds the broker time', () => {
  expect(waitUsOf(1, waitInput({ brokerTimeUs: 300_000, fields: {} }))).toBe(0);
  expect(waitUsOf(11, waitInput({ brokerTimeUs: -5 }))).toBe(0);
});
