import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataWaitUs } from '../../src/apis/data-wait.ts';
import { waitInput } from './wait-input.ts';

const arrivedUs = 1_700_000_000_000_000;
const arrivedMs = arrivedUs / 1000;

describe('data wait', () => {
  test('an empty answer was parked all the time, but never longer than maxWaitMs', () => {
    expect(dataWaitUs(waitInput({ brokerTimeUs: 300_000 }))).toBe(300_000);
    expect(dataWaitUs(waitInput({ brokerTimeUs: 503_000 }))).toBe(500_000);
  });

  test('fewer bytes than minBytes count as empty', () => {
    const fields = { maxWaitMs: 500, minBytes: 1000 };
    expect(dataWaitUs(waitInput({ brokerTimeUs: 503_000, recordsBytes: 999, fields }))).toBe(500_000);
    expect(dataWaitUs(waitInput({ brokerTimeUs: 503_000, recordsBytes: 1000, fields }))).toBe(0);
  });

  test('records older than the request cost no wait', () => {
    expect(dataWaitUs(waitInput({ brokerTimeUs: 90_000, recordsBytes: 70, lastTimestampMs: arrivedMs - 1 }))).toBe(0);
  });

  test('records written 80 ms after the request came: parked for 80 ms', () => {
    expect(dataWaitUs(waitInput({ brokerTimeUs: 90_000, recordsBytes: 70, lastTimestampMs: arrivedMs + 80 }))).toBe(
      80_000,
    );
  });

  test('a producer with a clock in the future cannot stretch the wait', () => {
    expect(
      dataWaitUs(waitInput({ brokerTimeUs: 90_000, recordsBytes: 70, lastTimestampMs: arrivedMs + 9_999_999 })),
    ).toBe(90_000);
  });

  test('minBytes 0 never parks; without maxWaitMs nothing is known', () => {
    expect(dataWaitUs(waitInput({ brokerTimeUs: 90_000, fields: { maxWaitMs: 500, minBytes: 0 } }))).toBe(0);
    expect(dataWaitUs(waitInput({ brokerTimeUs: 90_000, fields: {} }))).toBeNull();
  });

  test('stays within 0 and both bounds for any numbers', () => {
    fc.assert(
      fc.property(
        fc.record({
          brokerTimeUs: fc.integer({ min: -10, max: 10_000_000 }),
          recordsBytes: fc.integer({ min: 0, max: 5000 }),
          lastTimestampMs: fc.option(fc.integer({ min: -1, max: 2 * arrivedMs })),
          maxWaitMs: fc.integer(),
          minBytes: fc.integer(),
        }),
        ({ maxWaitMs, minBytes, ...input }) => {
          const waitUs = dataWaitUs(waitInput({ ...input, fields: { maxWaitMs, minBytes } }));
          expect(waitUs).toBeGreaterThanOrEqual(0);
          expect(waitUs).toBeLessThanOrEqual(Math.max(0, Math.min(input.brokerTimeUs, maxWaitMs * 1000)));
        },
      ),
    );
  });
});
