import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { unknownTiming } from '../../src/exchange/exchange.ts';
import { SlowestExchanges } from '../../src/insight/slowest.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

function took(seq: number, brokerUs: number, waitUs = 0): { kind: 'completed'; exchange: Exchange } {
  const timing = { ...unknownTiming, latencyUs: brokerUs + waitUs, brokerUs, waitUs, queuedUs: 0 };
  return { kind: 'completed', exchange: exchangeFixture(seq, { timing, status: 'answered' }) };
}

describe('SlowestExchanges', () => {
  it('keeps the slowest of any run, slowest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { maxLength: 200 }), (times) => {
        const slowest = new SlowestExchanges(5);
        times.forEach((us, index) => {
          slowest.take(took(index + 1, us));
        });
        const expected = [...times].sort((a, b) => b - a).slice(0, 5);
        expect(slowest.list().map((row) => row.workUs)).toEqual(expected);
      }),
    );
  });

  it('does not count deliberate waiting, and skips what was never answered', () => {
    const slowest = new SlowestExchanges(2);
    slowest.take(took(1, 10, 500_000));
    slowest.take(took(2, 20));
    slowest.take({ kind: 'completed', exchange: exchangeFixture(3, { status: 'abandoned' }) });
    expect(slowest.list().map((row) => row.seq)).toEqual([2, 1]);
  });
});
