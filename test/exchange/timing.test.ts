import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queuedUsOf, timingOf } from '../../src/exchange/timing.ts';
import { messageFixture } from '../support/exchange-fixture.ts';

describe('queuedUsOf', () => {
  it('is the time behind the previous response of the connection', () => {
    expect(queuedUsOf(1000, 5000, 4000, { previousResponseUs: 3000, previousThrottleUs: 0 })).toBe(2000);
  });

  it('is nothing when the connection was free', () => {
    expect(queuedUsOf(1000, 5000, 4000, { previousResponseUs: null, previousThrottleUs: 0 })).toBe(0);
    expect(queuedUsOf(1000, 5000, 4000, { previousResponseUs: 500, previousThrottleUs: 0 })).toBe(0);
  });

  it('counts the mute after a throttled response (KIP-219)', () => {
    expect(queuedUsOf(1000, 9000, 8000, { previousResponseUs: 2000, previousThrottleUs: 5000 })).toBe(6000);
  });

  it('does not believe in a mute that the answer disproves', () => {
    expect(queuedUsOf(1000, 3000, 2000, { previousResponseUs: 2000, previousThrottleUs: 5000 })).toBe(1000);
  });
});

describe('timingOf', () => {
  it('splits latency into queued + wait + broker, whatever it is given', () => {
    const us = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(us, us, us, us, (requestUs, laterUs, queuedUs, waitUs) => {
        const request = messageFixture(requestUs, 10);
        const response = messageFixture(requestUs + laterUs, 10);
        const queued = Math.min(queuedUs, laterUs);
        const timing = timingOf(request, response, queued, waitUs, null);
        expect(timing.latencyUs).toBe(laterUs);
        expect((timing.queuedUs ?? 0) + (timing.waitUs ?? 0) + (timing.brokerUs ?? 0)).toBe(laterUs);
        expect(timing.brokerUs).toBeGreaterThanOrEqual(0);
        expect(timing.waitUs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('leaves unknown throttling unknown', () => {
    const timing = timingOf(messageFixture(0, 1), messageFixture(5, 1), 0, 0, null);
    expect(timing.throttleUs).toBeNull();
    expect(timing.proxyUs).toBeNull();
    expect(timingOf(messageFixture(0, 1), messageFixture(5, 1), 0, 0, 250).throttleUs).toBe(250_000);
  });
});
