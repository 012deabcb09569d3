import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimestampResolution } from '../../src/capture/timestamp-resolution.ts';

/** The definition, in exact integers. */
function exactUs(resolution: number, offsetSeconds: bigint, ticks: bigint): number {
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
  return Number((ticks * 1_000_000n) / perSecond) + Number(offsetSeconds) * 1_000_000;
}

describe('TimestampResolution', () => {
  it('agrees with exact arithmetic for every resolution', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.bigInt({ min: 0n, max: 2n ** 62n }),
        fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n }),
        (resolution, ticks, offset) => {
          const us = exactUs(resolution, offset, ticks);
          fc.pre(Number.isSafeInteger(us) && Number.isSafeInteger(us - Number(offset) * 1_000_000));
          const clock = new TimestampResolution(resolution, offset);
          expect(clock.toUs(Number(ticks >> 32n), Number(ticks & 0xffffffffn))).toBe(us);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
